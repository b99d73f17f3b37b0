//! `area`: where a user lives, with every code that LINE documents
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#narrowcast-demographic-filter)).

use serde::{Serialize, Serializer};

macro_rules! areas {
    ($($variant:ident = $code:literal, $name:literal;)*) => {
        /// Where a user lives
        /// ([reference](https://developers.line.biz/en/reference/messaging-api/#narrowcast-demographic-filter)).
        ///
        /// The Indonesian areas are in LINE's OpenAPI description and not in its reference: LINE may refuse them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Area {
            $(#[doc = concat!("`", $code, "`: ", $name)] $variant,)*
        }

        impl Area {
            /// Every area, by its code.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// LINE's code: `jp_13`.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }

            /// Its name: `Tokyo`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

areas! {
    Hokkaido = "jp_01", "Hokkaido";
    Aomori = "jp_02", "Aomori";
    Iwate = "jp_03", "Iwate";
    Miyagi = "jp_04", "Miyagi";
    Akita = "jp_05", "Akita";
    Yamagata = "jp_06", "Yamagata";
    Fukushima = "jp_07", "Fukushima";
    Ibaraki = "jp_08", "Ibaraki";
    Tochigi = "jp_09", "Tochigi";
    Gunma = "jp_10", "Gunma";
    Saitama = "jp_11", "Saitama";
    Chiba = "jp_12", "Chiba";
    Tokyo = "jp_13", "Tokyo";
    Kanagawa = "jp_14", "Kanagawa";
    Niigata = "jp_15", "Niigata";
    Toyama = "jp_16", "Toyama";
    Ishikawa = "jp_17", "Ishikawa";
    Fukui = "jp_18", "Fukui";
    Yamanashi = "jp_19", "Yamanashi";
    Nagano = "jp_20", "Nagano";
    Gifu = "jp_21", "Gifu";
    Shizuoka = "jp_22", "Shizuoka";
    Aichi = "jp_23", "Aichi";
    Mie = "jp_24", "Mie";
    Shiga = "jp_25", "Shiga";
    Kyoto = "jp_26", "Kyoto";
    Osaka = "jp_27", "Osaka";
    Hyogo = "jp_28", "Hyogo";
    Nara = "jp_29", "Nara";
    Wakayama = "jp_30", "Wakayama";
    Tottori = "jp_31", "Tottori";
    Shimane = "jp_32", "Shimane";
    Okayama = "jp_33", "Okayama";
    Hiroshima = "jp_34", "Hiroshima";
    Yamaguchi = "jp_35", "Yamaguchi";
    Tokushima = "jp_36", "Tokushima";
    Kagawa = "jp_37", "Kagawa";
    Ehime = "jp_38", "Ehime";
    Kochi = "jp_39", "Kochi";
    Fukuoka = "jp_40", "Fukuoka";
    Saga = "jp_41", "Saga";
    Nagasaki = "jp_42", "Nagasaki";
    Kumamoto = "jp_43", "Kumamoto";
    Oita = "jp_44", "Oita";
    Miyazaki = "jp_45", "Miyazaki";
    Kagoshima = "jp_46", "Kagoshima";
    Okinawa = "jp_47", "Okinawa";
    TaipeiCity = "tw_01", "Taipei City";
    NewTaipeiCity = "tw_02", "New Taipei City";
    TaoyuanCity = "tw_03", "Taoyuan City";
    TaichungCity = "tw_04", "Taichung City";
    TainanCity = "tw_05", "Tainan City";
    KaohsiungCity = "tw_06", "Kaohsiung City";
    KeelungCity = "tw_07", "Keelung City";
    HsinchuCity = "tw_08", "Hsinchu City";
    ChiayiCity = "tw_09", "Chiayi City";
    HsinchuCounty = "tw_10", "Hsinchu County";
    MiaoliCounty = "tw_11", "Miaoli County";
    ChanghuaCounty = "tw_12", "Changhua County";
    NantouCounty = "tw_13", "Nantou County";
    YunlinCounty = "tw_14", "Yunlin County";
    ChiayiCounty = "tw_15", "Chiayi County";
    PingtungCounty = "tw_16", "Pingtung County";
    YilanCounty = "tw_17", "Yilan County";
    HualienCounty = "tw_18", "Hualien County";
    TaitungCounty = "tw_19", "Taitung County";
    PenghuCounty = "tw_20", "Penghu County";
    KinmenCounty = "tw_21", "Kinmen County";
    LienchiangCounty = "tw_22", "Lienchiang County";
    Bangkok = "th_01", "Bangkok";
    Pattaya = "th_02", "Pattaya";
    NorthernThailand = "th_03", "Northern Thailand";
    CentralThailand = "th_04", "Central Thailand";
    SouthernThailand = "th_05", "Southern Thailand";
    EasternThailand = "th_06", "Eastern Thailand";
    NortheasternThailand = "th_07", "Northeastern Thailand";
    WesternThailand = "th_08", "Western Thailand";
    Bali = "id_01", "Bali";
    Bandung = "id_02", "Bandung";
    Banjarmasin = "id_03", "Banjarmasin";
    Jabodetabek = "id_04", "Jabodetabek";
    OtherIndonesia = "id_05", "Indonesia, other areas";
    Makassar = "id_06", "Makassar";
    Medan = "id_07", "Medan";
    Palembang = "id_08", "Palembang";
    Samarinda = "id_09", "Samarinda";
    Semarang = "id_10", "Semarang";
    Surabaya = "id_11", "Surabaya";
    Yogyakarta = "id_12", "Yogyakarta";
}

impl Serialize for Area {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.code())
    }
}
