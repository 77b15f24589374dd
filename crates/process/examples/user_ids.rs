//! A process belongs to one user and one group, and to further groups besides.
//!
//! The kernel knows numbers only; names are in `/etc/passwd` and `/etc/group`, or on a server. The
//! further groups are what makes a user of `docker` or `video` one: they are looked up once, at
//! login, and inherited by everything that the login starts, which is why a new group counts only
//! after the next login.
//!
//! On macOS a user may be in more groups than `getgroups(2)` tells; `id` asks the directory
//! service.
//!
//! Needs: id

use std::collections::BTreeSet;
use std::error::Error;
use std::process::Command;

use process::id::{Identity, Names};

fn main() -> Result<(), Box<dyn Error>> {
    let me = Identity::current()?;
    let (user, group) = (me.users.effective, me.groups.effective);
    let mut names = Names::default();
    println!(
        "user  {user} {}",
        names.user(user).unwrap_or("without a name")
    );
    println!(
        "group {group} {}",
        names.group(group).unwrap_or("without a name")
    );
    println!("besides {:?}", me.supplementary);

    assert_eq!(id("-u")?, BTreeSet::from([user]));
    assert_eq!(id("-g")?, BTreeSet::from([group]));
    let mut groups = BTreeSet::from_iter(me.supplementary);
    groups.insert(group);
    if cfg!(target_os = "linux") {
        assert_eq!(id("-G")?, groups);
    } else {
        assert!(groups.is_subset(&id("-G")?));
    }
    Ok(())
}

fn id(what: &str) -> Result<BTreeSet<u32>, Box<dyn Error>> {
    let output = Command::new("id").arg(what).output()?;
    let text = String::from_utf8(output.stdout)?;
    text.split_whitespace()
        .map(|word| Ok(word.parse()?))
        .collect()
}
