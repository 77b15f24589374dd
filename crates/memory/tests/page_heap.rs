//! The page heap against a model, without any memory; and the size classes.

mod common;

use std::alloc::Layout;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use common::cases;
use memory::alloc::caching::Route;
use memory::alloc::caching::classes::{CLASSES, Class, LARGEST};
use memory::alloc::caching::page_heap::{Kernel, PageHeap};
use memory::alloc::caching::pages::{OBJECTS, PAGE, Page};
use proptest::prelude::*;

/// Knows which pages hold something else than zeros, and that none is touched before it is usable.
#[derive(Debug, Default, Clone)]
struct Model(Rc<RefCell<(u32, BTreeSet<u32>)>>);

impl Kernel for Model {
    fn commit(&mut self, first: u32, len: u32) -> bool {
        let mut model = self.0.borrow_mut();
        assert_eq!(model.0, first, "grows without a gap");
        model.0 += len;
        true
    }

    fn release(&mut self, first: u32, len: u32) -> bool {
        let mut model = self.0.borrow_mut();
        for page in first..first + len {
            assert!(model.1.remove(&page), "page {page} costs memory");
        }
        true
    }
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn spans_do_not_overlap_and_zeros_are_zeros(
        steps in prop::collection::vec((1u32..300, any::<prop::sample::Index>(), any::<bool>()), 1..200)
    ) {
        let pages: Vec<Page> = (0..8192).map(|_| Page::default()).collect();
        let model = Model::default();
        let mut heap = PageHeap::new(&pages, model.clone());
        let mut live: Vec<(u32, u32)> = Vec::new();
        for (len, which, frees) in steps {
            if frees && !live.is_empty() {
                let (first, _) = live.swap_remove(which.index(live.len()));
                heap.free(first);
            } else if let Some((first, is_zero)) = heap.allocate(len) {
                let mut model = model.0.borrow_mut();
                prop_assert!(first + len <= model.0);
                prop_assert!(live.iter().all(|&(f, l)| f + l <= first || first + len <= f));
                prop_assert!(!is_zero || (first..first + len).all(|page| !model.1.contains(&page)));
                model.1.extend(first..first + len);
                live.push((first, len));
            } else {
                let used: u32 = live.iter().map(|&(_, len)| len).sum();
                prop_assert!(used + len > 8192 / 4, "refused with most of it free");
            }
            let used: u32 = live.iter().map(|&(_, len)| len).sum();
            prop_assert_eq!(heap.in_use(), used);
            prop_assert_eq!(heap.dirty_free() as usize, model.0.borrow().1.len() - used as usize);
        }
        for (first, _) in live {
            heap.free(first);
        }
        prop_assert!(heap.dirty_free() <= 256, "what is beyond the slack went back");
        prop_assert!(heap.allocate(8192).is_some(), "all freed, all available");
    }

    #[test]
    fn a_class_is_the_smallest_that_fits(size in 1usize..=LARGEST, log in 0u32..13) {
        let class = Class::of(size);
        let smallest = Class::all().find(|class| class.size() >= size).unwrap();
        prop_assert_eq!(class, smallest);
        let layout = Layout::from_size_align(size, 1 << log).unwrap();
        if let Route::Object(class) = Route::of(layout) {
            prop_assert!(class.size() >= size && class.size() % layout.align() == 0);
        }
    }
}

#[test]
fn classes_lose_little() {
    assert_eq!(Class::all().count(), CLASSES);
    assert_eq!(Class::all().last().unwrap().size(), LARGEST);
    let mut before = 16;
    for class in Class::all() {
        let size = class.size();
        assert!(
            size - before <= (before / 8).max(16),
            "{size} after {before}"
        );
        assert!((1..=OBJECTS).contains(&class.objects()));
        let span = class.pages() as usize * PAGE;
        assert!(
            (span - class.objects() * size) * 8 <= span,
            "the end of a span of {size}"
        );
        before = size;
    }
}
