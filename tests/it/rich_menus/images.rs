//! The image: its kind and size are told by its own bytes, on both sides.

use http::Method;
use line_bot_server::client::{ErrorKind, Host};
use line_bot_server::line::rich_menu::{IMAGE_BYTES_MAX, ImageKind, RichMenuImage, RichMenuSize};
use line_bot_server::simulator::{Fault, Harm};

use super::{created, jpeg, nobody, png};
use crate::support::Called;
use crate::support::called::refused;

#[tokio::test]
async fn jpeg_and_png_go_up_with_their_own_type_and_come_down_as_they_were() {
    let line = Called::new().await;
    for (file, kind, content_type) in
        [(png(2500, 843, 5000), ImageKind::Png, "image/png"), (jpeg(800, 250), ImageKind::Jpeg, "image/jpeg")]
    {
        let image = RichMenuImage::read(file.clone()).unwrap();
        assert_eq!(image.kind(), kind);
        let id = created(&line).await;
        let upload = line.client.upload_rich_menu_image(&id, &image);
        let request = line.client.upload_rich_menu_image(&id, &image).into_request().unwrap();
        assert_eq!(request.endpoint.host, Host::Data);
        upload.await.unwrap();
        let media = line.client.rich_menu_image(&id).await.unwrap().value;
        assert_eq!(media.content_type, content_type);
        assert_eq!(media.length, Some(file.len() as u64));
        assert_eq!(media.body.bytes(10_000).await.unwrap(), file);

        let again = refused(line.client.upload_rich_menu_image(&id, &image).await);
        assert_eq!(again, (400, "An image has already been uploaded to the richmenu".to_owned()));
    }
    assert_eq!(RichMenuImage::read(jpeg(1200, 405)).unwrap().size(), RichMenuSize::new(1200, 405));
}

#[tokio::test]
async fn there_is_no_image_where_none_was_uploaded() {
    let line = Called::new().await;
    let id = created(&line).await;
    let image = RichMenuImage::read(png(2500, 843, 0)).unwrap();
    assert_eq!(refused(line.client.rich_menu_image(&id).await).0, 404);
    assert_eq!(refused(line.client.rich_menu_image(&nobody()).await).0, 404);
    assert_eq!(refused(line.client.upload_rich_menu_image(&nobody(), &image).await).0, 404);
}

async fn raw(line: &Called, content_type: &str, file: Vec<u8>) -> (u16, String) {
    let path = format!("/v2/bot/richmenu/{}/content", created(line).await);
    let (status, body) = line.raw_bytes(Method::POST, &path, content_type, file).await;
    (status, body["message"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn sizes_have_limits() {
    let line = Called::new().await;
    for (at, above, told) in [
        ((800, 250), (799, 250), "image.width: 799 pixels, 800 to 2500 are allowed"),
        ((2500, 250), (2501, 250), "image.width: 2501 pixels, 800 to 2500 are allowed"),
        ((800, 250), (800, 249), "image.height: 249 pixels, 250 or more are needed"),
        (
            (2500, 1724),
            (2500, 1725),
            "image.height: 1725 pixels, 1724 are allowed at a width of 2500: width / height is at least 1.45",
        ),
    ] {
        let id = created(&line).await;
        let image = RichMenuImage::read(png(at.0, at.1, 0)).unwrap();
        line.client.upload_rich_menu_image(&id, &image).await.unwrap();
        let above = png(above.0, above.1, 0);
        assert_eq!(RichMenuImage::read(above.clone()).unwrap_err().to_string(), told);
        let refusal = (400, "The image size is not allowed for richmenu".to_owned());
        assert_eq!(raw(&line, "image/png", above).await, refusal, "{told}");
    }
}

#[tokio::test]
async fn a_file_has_at_most_one_megabyte() {
    let line = Called::new().await;
    let id = created(&line).await;
    let image = RichMenuImage::read(png(2500, 843, IMAGE_BYTES_MAX)).unwrap();
    line.client.upload_rich_menu_image(&id, &image).await.unwrap();
    let above = png(2500, 843, IMAGE_BYTES_MAX + 1);
    let told = RichMenuImage::read(above.clone()).unwrap_err().to_string();
    assert_eq!(told, "image: 1048577 bytes, 1048576 are allowed");
    assert_eq!(raw(&line, "image/png", above).await.0, 400);
}

#[tokio::test]
async fn other_files_are_named() {
    let line = Called::new().await;
    for (file, told) in [
        (&b"GIF89a\xc4\x09\x4b\x03\0\0"[..], "image: a GIF, a JPEG or PNG is needed"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image: a WebP, a JPEG or PNG is needed"),
        (b"BM\0\0\0\0\0\0\0\0\0\0", "image: a BMP, a JPEG or PNG is needed"),
        (b"", "image: empty, a JPEG or PNG is needed"),
        (b"<svg xmlns='x'/>", "image: no image that is known here, a JPEG or PNG is needed"),
        (
            b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0",
            "image: broken off or damaged: its width and height cannot be read",
        ),
        (
            b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01",
            "image: broken off or damaged: its width and height cannot be read",
        ),
    ] {
        assert_eq!(RichMenuImage::read(file).unwrap_err().to_string(), told);
        assert_eq!(raw(&line, "image/png", file.to_vec()).await.0, 400, "{told}");
    }
    assert_eq!(raw(&line, "image/gif", png(2500, 843, 0)).await.0, 415);
    assert_eq!(raw(&line, "image/jpeg", png(2500, 843, 0)).await.0, 400);
}

#[tokio::test]
async fn an_upload_of_unknown_outcome_is_not_repeated() {
    let line = Called::new().await;
    let id = created(&line).await;
    line.sim.fault(Fault::on("rich-menu-image-upload", Harm::HangUp).after_doing());
    let image = RichMenuImage::read(png(2500, 843, 0)).unwrap();
    let error = line.client.upload_rich_menu_image(&id, &image).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::OutcomeUnknown(_)), "{error}");
    assert_eq!(line.sim.calls_to("rich-menu-image-upload").len(), 1);
    assert!(line.client.rich_menu_image(&id).await.is_ok());
}
