//! `%1`, `%+`, `%-`, `%name`, `%?part`: POSIX.1-2024, 3.182.

use thiserror::Error;

use super::{Job, Jobs};

/// A job that was named and is not there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SpecificationError {
    /// Nothing has that number, or there are no jobs.
    #[error("no such job")]
    Unknown,
    /// Several begin with it or have it in them.
    #[error("more than one job is meant")]
    Ambiguous,
}

impl Jobs {
    /// The number of the job that `text` names, with its `%` or without.
    ///
    /// # Errors
    ///
    /// When no job, or more than one, is meant.
    pub fn find(&self, text: &[u8]) -> Result<usize, SpecificationError> {
        let name = text.strip_prefix(b"%").unwrap_or(text);
        let (current, previous) = self.current_and_previous();
        match name {
            b"" | b"%" | b"+" => current.ok_or(SpecificationError::Unknown),
            // A lone job is the current and the previous one.
            b"-" => previous.or(current).ok_or(SpecificationError::Unknown),
            [b'?', part @ ..] => self.only(|job| contains(job.text.as_bytes(), part)),
            [b'0'..=b'9', ..] => self.numbered(name),
            start => self.only(|job| job.text.as_bytes().starts_with(start)),
        }
    }

    fn numbered(&self, digits: &[u8]) -> Result<usize, SpecificationError> {
        let number = str::from_utf8(digits)
            .ok()
            .and_then(|text| text.parse().ok());
        let job = number.and_then(|number| self.get(number));
        job.map(|job| job.number).ok_or(SpecificationError::Unknown)
    }

    fn only(&self, meant: impl Fn(&Job) -> bool) -> Result<usize, SpecificationError> {
        let mut found = self.iter().filter(|job| meant(job));
        let job = found.next().ok_or(SpecificationError::Unknown)?;
        match found.next() {
            Some(_) => Err(SpecificationError::Ambiguous),
            None => Ok(job.number),
        }
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    part.is_empty() || text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form() {
        let mut jobs = Jobs::default();
        assert_eq!(jobs.find(b"%+"), Err(SpecificationError::Unknown));
        for text in ["sleep 1", "sleep 2", "cat"] {
            jobs.add(None, Vec::new(), text.to_owned());
        }
        assert_eq!(jobs.find(b"%2"), Ok(2));
        assert_eq!(jobs.find(b"%9"), Err(SpecificationError::Unknown));
        assert_eq!(jobs.find(b"%%"), Ok(3));
        assert_eq!(jobs.find(b"%-"), Ok(2));
        assert_eq!(jobs.find(b"%c"), Ok(3));
        assert_eq!(jobs.find(b"%?p 1"), Ok(1));
        assert_eq!(jobs.find(b"%sl"), Err(SpecificationError::Ambiguous));
    }
}
