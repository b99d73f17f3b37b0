//! `flex`: the receipt of a shop.

use line_bot_server::line::action::UriAction;
use line_bot_server::line::message::flex::{
    Align, Bubble, Button, ButtonStyle, Color, FlexBox, FlexMessage, FontSize, Separator, Spacing, Text,
};

const GREEN: Color = Color::rgb(0x1D, 0xB4, 0x46);
const GREY: Color = Color::rgb(0x88, 0x88, 0x88);

pub(crate) fn receipt() -> FlexMessage {
    let bought = [("Energy Drink", 250), ("Chewing Gum", 120), ("Bottled Tea", 160)];
    let total: u32 = bought.iter().map(|(_, price)| price).sum();
    let body = FlexBox::vertical()
        .spacing(Spacing::Md)
        .item(Text::new("RECEIPT").bold().size(FontSize::Sm).color(GREEN))
        .item(Text::new("Brown Store").bold().size(FontSize::Xxl))
        .item(Text::new("Marunouchi, Tokyo").size(FontSize::Xs).color(GREY).wrap(true))
        .item(Separator::new().margin(Spacing::Xl))
        .items(bought.map(|(what, price)| row(what, price)))
        .item(Separator::new())
        .item(row("Total", total));
    let again = Button::new(UriAction::new("Order again", "https://example.com/shop"))
        .style(ButtonStyle::Primary)
        .color(GREEN);
    FlexMessage::new(
        format!("Your receipt of Brown Store: ¥{total}"),
        Bubble::new().body(body).footer(FlexBox::vertical().item(again)),
    )
}

/// What it is at one side, what it costs at the other.
fn row(what: &str, price: u32) -> FlexBox {
    FlexBox::horizontal()
        .item(Text::new(what).color(GREY).flex(3).wrap(true))
        .item(Text::new(format!("¥{price}")).align(Align::End).flex(1))
}
