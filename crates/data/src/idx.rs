//! IDX files of bytes, the format of MNIST: big-endian 32-bit magic and sizes, then the values.
//!
//! Strict: a file holds exactly what its header announces. Memory grows with the values that have
//! really been read, so a header cannot ask for more than its file can fill.

use std::io::{self, Read};

use flate2::bufread::GzDecoder;
use thiserror::Error;

/// The magic number of unsigned bytes in so many dimensions: 0x08 is the type, then the number.
const fn magic(dimensions: usize) -> u32 {
    0x0800 | dimensions as u32
}

/// Why bytes are no IDX file of the kind asked for.
#[derive(Debug, Error)]
pub enum IdxError {
    /// The first four bytes are those of another kind of file.
    #[error("{file}: `magic` is {found:#010x}, expected {expected:#010x}: not this kind of file")]
    WrongMagic {
        /// The file.
        file: String,
        /// What the kind of file begins with.
        expected: u32,
        /// What this file begins with.
        found: u32,
    },
    /// The file ends inside its header.
    #[error("{file}: ends in `{field}`, a header of {expected} bytes: fetch the file again")]
    ShortHeader {
        /// The file.
        file: String,
        /// The field of the header that is cut off.
        field: &'static str,
        /// Bytes of a whole header.
        expected: usize,
    },
    /// The file ends before the values that its header announces.
    #[error(
        "{file}: `{field}` has {found} of the {expected} bytes announced: fetch the file again"
    )]
    ShortBody {
        /// The file.
        file: String,
        /// What is cut off: `pixels` or `labels`.
        field: &'static str,
        /// Bytes that the header announces.
        expected: usize,
        /// Bytes that are there.
        found: usize,
    },
    /// The file goes on after the values that its header announces.
    #[error("{file}: bytes follow the {expected} of `{field}`: the header or the file is damaged")]
    TrailingBytes {
        /// The file.
        file: String,
        /// What should have been the last: `pixels`, `labels` or `gzip`.
        field: &'static str,
        /// Bytes that it should have.
        expected: usize,
    },
    /// The sizes multiply to more than this machine can address.
    #[error("{file}: `{field}` makes the size overflow: the header is damaged")]
    DimensionOverflow {
        /// The file.
        file: String,
        /// The field of the header at which the product overflows.
        field: &'static str,
    },
    /// A size is zero.
    #[error("{file}: `{field}` is 0: the file holds nothing")]
    ZeroSize {
        /// The file.
        file: String,
        /// The field of the header.
        field: &'static str,
    },
    /// The gzip envelope is damaged, or memory ran out while it was unpacked.
    #[error("{file}: cannot unpack gzip: {source}; fetch the file again")]
    Gzip {
        /// The file.
        file: String,
        /// What the decoder said.
        source: io::Error,
    },
}

/// Pictures of one byte a pixel, one after the other, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Images {
    /// How many pictures.
    pub count: usize,
    /// Rows of each.
    pub rows: usize,
    /// Columns of each.
    pub columns: usize,
    /// `count * rows * columns` bytes.
    pub pixels: Vec<u8>,
}

/// What a kind of IDX file looks like.
struct Kind<const D: usize> {
    sizes: [&'static str; D],
    values: &'static str,
}

const IMAGES: Kind<3> = Kind { sizes: ["count", "rows", "columns"], values: "pixels" };
const LABELS: Kind<1> = Kind { sizes: ["count"], values: "labels" };

/// Parses a file of pictures; `name` is what errors call it.
///
/// # Errors
///
/// If the bytes are not exactly one IDX file of unsigned bytes in three dimensions.
pub fn parse_images(name: &str, bytes: &[u8]) -> Result<Images, IdxError> {
    plain(name, &IMAGES, bytes).map(images)
}

/// Parses a file of labels; `name` is what errors call it.
///
/// # Errors
///
/// If the bytes are not exactly one IDX file of unsigned bytes in one dimension.
pub fn parse_labels(name: &str, bytes: &[u8]) -> Result<Vec<u8>, IdxError> {
    plain(name, &LABELS, bytes).map(|(_, labels)| labels)
}

/// Parses a gzipped file of pictures, and unpacks no more than its header announces.
///
/// # Errors
///
/// If the bytes are not exactly one gzip member of what [`parse_images`] takes.
pub fn parse_images_gz(name: &str, bytes: &[u8]) -> Result<Images, IdxError> {
    gzipped(name, &IMAGES, bytes).map(images)
}

/// Parses a gzipped file of labels, and unpacks no more than its header announces.
///
/// # Errors
///
/// If the bytes are not exactly one gzip member of what [`parse_labels`] takes.
pub fn parse_labels_gz(name: &str, bytes: &[u8]) -> Result<Vec<u8>, IdxError> {
    gzipped(name, &LABELS, bytes).map(|(_, labels)| labels)
}

fn images(([count, rows, columns], pixels): ([usize; 3], Vec<u8>)) -> Images {
    Images { count, rows, columns, pixels }
}

fn plain<const D: usize>(
    name: &str,
    kind: &Kind<D>,
    mut bytes: &[u8],
) -> Result<([usize; D], Vec<u8>), IdxError> {
    let room = bytes.len();
    read(name, kind, &mut bytes, room)
}

fn gzipped<const D: usize>(
    name: &str,
    kind: &Kind<D>,
    bytes: &[u8],
) -> Result<([usize; D], Vec<u8>), IdxError> {
    let mut decoder = GzDecoder::new(bytes);
    // MNIST unpacks to five times its packed size.
    let parsed = read(name, kind, &mut decoder, bytes.len().saturating_mul(8))?;
    let left = decoder.into_inner().len();
    if left > 0 {
        let expected = bytes.len() - left;
        return Err(IdxError::TrailingBytes { file: name.to_owned(), field: "gzip", expected });
    }
    Ok(parsed)
}

/// Reads header and values; reserves at most `room` bytes before they have been seen.
fn read<const D: usize>(
    name: &str,
    kind: &Kind<D>,
    source: &mut impl Read,
    room: usize,
) -> Result<([usize; D], Vec<u8>), IdxError> {
    let file = || name.to_owned();
    let broken = |source| IdxError::Gzip { file: name.to_owned(), source };

    let mut header = Vec::new();
    let expected = 4 * (1 + D);
    source.by_ref().take(expected as u64).read_to_end(&mut header).map_err(broken)?;
    let mut fields = header.as_chunks().0.iter().map(|&field| u32::from_be_bytes(field));

    let Some(found) = fields.next() else {
        return Err(IdxError::ShortHeader { file: file(), field: "magic", expected });
    };
    if found != magic(D) {
        return Err(IdxError::WrongMagic { file: file(), expected: magic(D), found });
    }
    let mut sizes = [0; D];
    let mut announced = 1usize;
    for (size, field) in sizes.iter_mut().zip(kind.sizes) {
        let Some(found) = fields.next() else {
            return Err(IdxError::ShortHeader { file: file(), field, expected });
        };
        if found == 0 {
            return Err(IdxError::ZeroSize { file: file(), field });
        }
        *size = found as usize;
        announced = announced
            .checked_mul(*size)
            .ok_or_else(|| IdxError::DimensionOverflow { file: file(), field })?;
    }

    let mut values = Vec::with_capacity(announced.min(room));
    source.by_ref().take(announced as u64).read_to_end(&mut values).map_err(broken)?;
    if values.len() < announced {
        let found = values.len();
        let field = kind.values;
        return Err(IdxError::ShortBody { file: file(), field, expected: announced, found });
    }
    // Reading on also makes the decoder compare gzip's checksum.
    if source.read(&mut [0]).map_err(broken)? > 0 {
        let field = kind.values;
        return Err(IdxError::TrailingBytes { file: file(), field, expected: announced });
    }
    Ok((sizes, values))
}
