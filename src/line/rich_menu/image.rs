//! The image of a rich menu, known by its own bytes.

use std::fmt;

use bytes::Bytes;
use imagesize::ImageType;

use super::{InvalidField, RichMenuSize};

/// The most bytes of an image: LINE's "1 MB", taken for 2^20 bytes
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#upload-rich-menu-image)).
pub const IMAGE_BYTES_MAX: usize = 1024 * 1024;

/// What LINE takes as the image of a rich menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ImageKind {
    /// `image/jpeg`
    Jpeg,
    /// `image/png`
    Png,
}

/// An image that LINE takes for a rich menu: a JPEG or PNG of at most [`IMAGE_BYTES_MAX`], of a size that a rich menu
/// may have ([reference](https://developers.line.biz/en/reference/messaging-api/#upload-rich-menu-image)).
#[derive(Clone, PartialEq, Eq)]
pub struct RichMenuImage {
    bytes: Bytes,
    kind: ImageKind,
    size: RichMenuSize,
}

impl ImageKind {
    /// Its `Content-Type`.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

impl RichMenuImage {
    /// Looks at the head of the file: its kind and its size. Whether the rest can be decoded is left to LINE.
    ///
    /// # Errors
    /// `image`, with what was found: another kind of file, too many bytes, a size that no rich menu has.
    pub fn read(bytes: impl Into<Bytes>) -> Result<Self, InvalidField> {
        let bytes = bytes.into();
        let kind = kind(&bytes)?;
        if bytes.len() > IMAGE_BYTES_MAX {
            let problem = format!("{} bytes, {IMAGE_BYTES_MAX} are allowed", bytes.len());
            return Err(InvalidField::new("image", problem));
        }
        let size = imagesize::blob_size(&bytes).map_err(|_| {
            InvalidField::new("image", "broken off or damaged: its width and height cannot be read")
        })?;
        // What does not fit is far beyond every limit.
        let pixels = |side| u32::try_from(side).unwrap_or(u32::MAX);
        let size = RichMenuSize::new(pixels(size.width), pixels(size.height));
        size.check().map_err(|problem| problem.within("image"))?;
        Ok(Self { bytes, kind, size })
    }

    /// The file.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// What kind of file it is.
    pub fn kind(&self) -> ImageKind {
        self.kind
    }

    /// Width and height, in pixels: the size of a rich menu that it fits.
    pub fn size(&self) -> RichMenuSize {
        self.size
    }
}

impl fmt::Debug for RichMenuImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RichMenuImage")
            .field("bytes", &self.bytes.len())
            .field("kind", &self.kind)
            .field("size", &self.size)
            .finish()
    }
}

fn kind(bytes: &[u8]) -> Result<ImageKind, InvalidField> {
    let found = match imagesize::image_type(bytes) {
        Ok(ImageType::Jpeg) => return Ok(ImageKind::Jpeg),
        Ok(ImageType::Png) => return Ok(ImageKind::Png),
        Ok(ImageType::Gif) => "a GIF",
        Ok(ImageType::Webp) => "a WebP",
        Ok(ImageType::Bmp) => "a BMP",
        Ok(ImageType::Tiff) => "a TIFF",
        Ok(ImageType::Heif(_)) => "a HEIF or AVIF",
        _ if bytes.is_empty() => "empty",
        _ => "no image that is known here",
    };
    Err(InvalidField::new("image", format!("{found}, a JPEG or PNG is needed")))
}
