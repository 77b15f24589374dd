//! A slice is a pointer and a length; a vector has a capacity as well, and owns its elements.
//!
//! Go's slice is pointer, length and capacity in one, and shares its array with others. Rust has
//! two types for the two uses: `&[T]` looks at elements that somebody else owns, `Vec<T>` owns them
//! and may grow. That one cannot write through a view while another one looks is checked when
//! compiling.

fn main() {
    let mut array = [10u64, 20, 30, 40];
    let view = &array[1..3];
    let offset = view.as_ptr().addr() - array.as_ptr().addr();
    println!("array[1..3] is {view:?}, {offset} bytes behind the array's beginning");
    assert_eq!((view, offset), (&[20, 30][..], size_of::<u64>()));

    const WORD: usize = size_of::<usize>();
    println!(
        "a slice has {} words, a vector {}",
        size_of::<&[u64]>() / WORD,
        size_of::<Vec<u64>>() / WORD
    );
    assert_eq!(size_of::<&[u64]>(), 2 * WORD);
    assert_eq!(size_of::<Vec<u64>>(), 3 * WORD);

    // What is written through the view is written to the array.
    let view = &mut array[1..3];
    view[0] = 21;
    println!("after view[0] = 21 the array is {array:?}");
    assert_eq!(array, [10, 21, 30, 40]);

    // Two views that may both write must not overlap; here the library has proven it.
    let (left, right) = array.split_at_mut(2);
    std::mem::swap(&mut left[1], &mut right[0]);
    assert_eq!(array, [10, 30, 21, 40]);

    // A vector may have room behind its last element; a view of it has none.
    let mut vector = Vec::with_capacity(8);
    vector.extend_from_slice(&array[..3]);
    println!(
        "a vector of {} elements has room for {}",
        vector.len(),
        vector.capacity()
    );
    assert!(vector.len() == 3 && vector.capacity() >= 8);
    // To append to a part of a vector is to copy that part: nothing behind it is overwritten, as
    // Go's append(v[:1], 99) would.
    let appended = [&vector[..1], &[99]].concat();
    assert_eq!((appended, vector), (vec![10, 99], vec![10, 30, 21]));
}
