//! A file cannot make its reader allocate more than the file allows.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    io::Write,
    sync::atomic::{AtomicUsize, Ordering},
};

use flate2::{Compression, write::GzEncoder};
use halfdrawn_data::{IdxError, parse_images, parse_images_gz};

/// The system's allocator, which remembers the largest request.
struct Watched;

static LARGEST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is handed to the system's allocator as it came.
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LARGEST.fetch_max(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        LARGEST.fetch_max(size, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `realloc`.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Watched = Watched;

/// What the gzip decoder may need for itself.
const DECODER: usize = 64 << 10;

fn file(sizes: [u32; 3], pixels: usize) -> Vec<u8> {
    let header = [0x0803, sizes[0], sizes[1], sizes[2]];
    let mut bytes: Vec<u8> = header.iter().flat_map(|field| field.to_be_bytes()).collect();
    bytes.resize(bytes.len() + pixels, 0);
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn largest_while(work: impl FnOnce()) -> usize {
    LARGEST.store(0, Ordering::Relaxed);
    work();
    LARGEST.load(Ordering::Relaxed)
}

// One test, so that no other thread allocates meanwhile.
#[test]
fn no_header_makes_its_reader_allocate_what_the_file_does_not_hold() {
    // A petabyte announced, nothing there.
    let boast = file([1 << 20, 1 << 15, 1 << 15], 100);
    let largest = largest_while(|| {
        let error = parse_images("boast", &boast).unwrap_err();
        assert!(matches!(error, IdxError::ShortBody { found: 100, .. }), "{error}");
    });
    assert!(largest <= 2 * boast.len(), "{largest}");

    let packed = gzip(&boast);
    let largest = largest_while(|| {
        let error = parse_images_gz("boast", &packed).unwrap_err();
        assert!(matches!(error, IdxError::ShortBody { found: 100, .. }), "{error}");
    });
    assert!(largest <= DECODER, "{largest}");

    // Six pixels announced, 64 MB packed: a bomb.
    let bomb = gzip(&file([2, 1, 3], 64 << 20));
    let largest = largest_while(|| {
        let error = parse_images_gz("bomb", &bomb).unwrap_err();
        assert!(matches!(error, IdxError::TrailingBytes { expected: 6, .. }), "{error}");
    });
    assert!(largest <= DECODER, "{largest}");
}
