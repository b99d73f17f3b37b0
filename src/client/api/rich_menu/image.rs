//! `POST /v2/bot/richmenu/{richMenuId}/content`, `GET /v2/bot/richmenu/{richMenuId}/content` on `api-data.line.me`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#upload-rich-menu-image)).

use http::HeaderValue;

use crate::client::api::content::{Media, media};
use crate::client::call::{Reading, nothing};
use crate::client::execute::Answered;
use crate::client::{Call, Client, Endpoint, Host, Payload};
use crate::line::RichMenuId;
use crate::line::rich_menu::RichMenuImage;

static UPLOAD: Endpoint =
    Endpoint::post("upload_rich_menu_image", "/v2/bot/richmenu/{richMenuId}/content").on(Host::Data).once();
static DOWNLOAD: Endpoint =
    Endpoint::get("rich_menu_image", "/v2/bot/richmenu/{richMenuId}/content").on(Host::Data);

impl Client {
    /// Gives a rich menu its image, which cannot be replaced: 400 if it has one. After an outcome that is unknown
    /// [`rich_menu_image`](Self::rich_menu_image) tells whether it has it
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#upload-rich-menu-image)).
    pub fn upload_rich_menu_image(&self, menu: &RichMenuId, image: &RichMenuImage) -> Call<()> {
        let kind = HeaderValue::from_static(image.kind().content_type());
        Call::new(self, &UPLOAD, &[menu.as_str()], nothing())
            .payload(Payload::whole(kind, image.bytes().clone()))
    }

    /// The image of a rich menu, as a stream. 404: no such menu, or it has no image
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#download-rich-menu-image)).
    pub fn rich_menu_image(&self, menu: &RichMenuId) -> Call<Media> {
        Call::new(self, &DOWNLOAD, &[menu.as_str()], Reading::stream(image))
    }
}

fn image(answered: Answered) -> Result<Media, String> {
    let body = answered.stream.ok_or("no body")?;
    Ok(media(&answered.headers, body))
}
