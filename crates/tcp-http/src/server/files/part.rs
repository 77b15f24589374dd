//! From a decision to an answer.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::Arc;

use super::super::output::Segment;
use super::super::response::Body;
use super::Response;
use super::entry::{Content, Entry, Variant};
use crate::http::{Decision, Multipart, Status, content_range, unsatisfied_range};

pub(super) fn answer(decision: Decision, entry: &Entry, variant: &Variant) -> Response {
    match decision {
        Decision::Proceed => {
            let mut response = Response::new(Status::OK);
            response.prepared = Some(Arc::clone(&variant.fields));
            response.body = whole(entry, variant);
            response
        }
        Decision::Part(part) => one(part, entry, variant),
        Decision::Parts(parts) => several(parts, entry, variant),
        Decision::NotModified => {
            let mut response = Response::new(Status::NOT_MODIFIED);
            response.prepared = Some(Arc::clone(&variant.validators));
            response
        }
        Decision::PreconditionFailed => Response::plain(Status::PRECONDITION_FAILED),
        Decision::RangeNotSatisfiable => {
            let mut response = Response::plain(Status::RANGE_NOT_SATISFIABLE);
            let range = unsatisfied_range(entry.length);
            response.fields = format!("Content-Range: {range}\r\n").into();
            response
        }
    }
}

fn whole(entry: &Entry, variant: &Variant) -> Body {
    match &variant.content {
        Content::Memory(bytes) => Body::Shared(Arc::clone(bytes)),
        Content::File => Body::File(Arc::clone(&entry.file), 0..entry.length),
    }
}

fn one(part: Range<u64>, entry: &Entry, variant: &Variant) -> Response {
    let mut response = Response::new(Status::PARTIAL_CONTENT);
    response.prepared = Some(Arc::clone(&variant.fields));
    response.fields = format!("Content-Range: {}\r\n", content_range(&part, entry.length)).into();
    let length = part.end - part.start;
    response.body = Body::Segments(vec![segment(part, entry, variant)], length);
    response
}

fn several(parts: Vec<Range<u64>>, entry: &Entry, variant: &Variant) -> Response {
    // Nobody who writes a file can know it: it is keyed by the process.
    let boundary = RandomState::new().hash_one(variant.validators.as_ptr() as usize);
    let layout = Multipart::new(parts, entry.length, entry.media_type, boundary);
    let mut segments = Vec::new();
    for (index, part) in layout.parts().iter().enumerate() {
        segments.push(Segment::Bytes(layout.part_head(index), 0));
        segments.push(segment(part.clone(), entry, variant));
    }
    segments.push(Segment::Bytes(layout.end(), 0));
    let mut response = Response::new(Status::PARTIAL_CONTENT);
    response.prepared = Some(Arc::clone(&variant.validators));
    response.fields = format!("Content-Type: {}\r\n", layout.content_type()).into();
    response.body = Body::Segments(segments, layout.content_length());
    response
}

fn segment(part: Range<u64>, entry: &Entry, variant: &Variant) -> Segment {
    match &variant.content {
        Content::Memory(bytes) => {
            let bytes = &bytes[part.start as usize..part.end as usize];
            Segment::Bytes(bytes.to_vec(), 0)
        }
        Content::File => Segment::File(Arc::clone(&entry.file), part),
    }
}
