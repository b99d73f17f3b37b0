//! `multipart/form-data`: a few short fields, and one file that is streamed. The encoding is reqwest's.

use std::io;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use http::HeaderValue;
use reqwest::multipart::{Form, Part};

use super::Opened;

/// The file of a form, opened.
pub(crate) struct FilePart {
    /// Its field's name.
    pub(crate) field: &'static str,
    /// Its own name.
    pub(crate) name: String,
    /// `text/plain`
    pub(crate) mime: &'static str,
    /// Its length in bytes, if it is known.
    pub(crate) length: Option<u64>,
    /// What is in it.
    pub(crate) pieces: BoxStream<'static, io::Result<Bytes>>,
}

/// A form of `fields` and, behind them, `file`. Its length is known if the file's is.
pub(crate) async fn form(fields: &[(&'static str, String)], file: FilePart) -> io::Result<Opened> {
    let FilePart { field, name, mime, length, pieces } = file;
    let filled = |content: Part| -> io::Result<Form> {
        let part = content.file_name(name.clone()).mime_str(mime).map_err(io::Error::other)?;
        let texts = fields.iter().fold(Form::new(), |form, (name, value)| form.text(*name, value.clone()));
        Ok(texts.part(field, part))
    };
    let length = match length {
        // Every boundary is as long as every other.
        Some(length) => Some(length + frame(filled(Part::bytes(&[][..]))?).await?),
        None => None,
    };
    let form = filled(Part::stream(reqwest::Body::wrap_stream(pieces)))?;
    let content_type = format!("multipart/form-data; boundary={}", form.boundary());
    let content_type = HeaderValue::try_from(content_type).map_err(io::Error::other)?;
    Ok(Opened { content_type, length, pieces: form.into_stream().map_err(unwrapped).boxed() })
}

/// How many bytes there are around the file.
async fn frame(empty: Form) -> io::Result<u64> {
    let length = |total: u64, piece: Bytes| async move { Ok(total + piece.len() as u64) };
    empty.into_stream().try_fold(0, length).await.map_err(io::Error::other)
}

/// The file's own error, without what reqwest says around it.
fn unwrapped(error: reqwest::Error) -> io::Error {
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        if let Some(inner) = inner.downcast_ref::<io::Error>() {
            return io::Error::new(inner.kind(), inner.to_string());
        }
        cause = inner.source();
    }
    io::Error::other(error.without_url())
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    fn file(length: Option<u64>, pieces: Vec<io::Result<Bytes>>) -> FilePart {
        let pieces = stream::iter(pieces).boxed();
        FilePart { field: "file", name: "ids \"é\".txt".to_owned(), mime: "text/plain", length, pieces }
    }

    async fn opened(length: Option<u64>, pieces: Vec<io::Result<Bytes>>) -> Opened {
        form(&[("description", "Rä\"ume".to_owned())], file(length, pieces)).await.unwrap()
    }

    #[tokio::test]
    async fn its_length_is_told_beforehand_if_the_files_is() {
        let pieces = || vec![Ok(Bytes::from_static(b"U1\nU2\n")), Ok(Bytes::from_static(b"U3\n"))];
        let known = opened(Some(9), pieces()).await;
        let told = known.length.unwrap();
        let sent: Vec<Bytes> = known.pieces.try_collect().await.unwrap();
        let sent = sent.concat();
        assert_eq!(told, sent.len() as u64);
        let text = String::from_utf8(sent).unwrap();
        assert!(text.contains("name=\"description\"\r\n\r\nRä\"ume\r\n"), "{text}");
        assert!(text.contains("Content-Type: text/plain\r\n\r\nU1\nU2\nU3\n\r\n--"), "{text}");
        assert_eq!(opened(None, pieces()).await.length, None);
    }

    #[tokio::test]
    async fn an_error_of_the_file_is_told_as_it_is() {
        let pieces = vec![Ok(Bytes::from_static(b"U1\n")), Err(io::Error::other("no such disk"))];
        let broken = opened(None, pieces).await;
        let error = broken.pieces.try_collect::<Vec<_>>().await.unwrap_err();
        assert_eq!(error.to_string(), "no such disk");
    }
}
