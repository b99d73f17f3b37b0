//! Rich menus: what the client sends, what LINE makes of it, and every limit on both sides.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod aliases;
mod batches;
mod bulk;
mod images;
mod objects;
mod users;

use line_bot_server::line::RichMenuId;
use line_bot_server::line::action::PostbackAction;
use line_bot_server::line::rich_menu::{Bounds, RichMenu, RichMenuImage, RichMenuSize};

use crate::support::Called;

fn menu() -> RichMenu {
    RichMenu::new(RichMenuSize::COMPACT, "spring", "Menu")
        .area(Bounds::new(0, 0, 2500, 843), PostbackAction::unlabelled("action=buy"))
}

/// The head of a PNG of this size, and as many bytes as are wanted.
fn png(width: u32, height: u32, len: usize) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    file.extend([width.to_be_bytes(), height.to_be_bytes()].concat());
    file.extend([8, 6, 0, 0, 0]);
    file.resize(len.max(file.len()), 0);
    file
}

/// The head of a JPEG of this size.
fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut file = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0\x00\x11\x08".to_vec();
    file.extend([height.to_be_bytes(), width.to_be_bytes()].concat());
    file.extend([3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
    file
}

async fn created(line: &Called) -> RichMenuId {
    line.client.create_rich_menu(&menu()).await.unwrap().value
}

/// A menu that can be shown.
async fn finished(line: &Called) -> RichMenuId {
    let id = created(line).await;
    let image = RichMenuImage::read(png(2500, 843, 0)).unwrap();
    line.client.upload_rich_menu_image(&id, &image).await.unwrap();
    id
}

fn nobody() -> RichMenuId {
    RichMenuId::from("richmenu-00000000000000000000000000000000")
}
