//! The time zones that a coupon's validity can be told in.

open_words! {
    /// In which time zone users are shown a coupon's start and end. LINE names 34
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-coupon)), each with its offset as
    /// LINE prints it; in LINE's `ETC_GMT_…` the sign is that of the offset.
    pub enum CouponTimeZone {
        /// UTC-12:00: Etc/GMT-12
        EtcGmtMinus12 = "ETC_GMT_MINUS_12",
        /// UTC-11:00: Etc/GMT-11
        EtcGmtMinus11 = "ETC_GMT_MINUS_11",
        /// UTC-10:00: Pacific/Honolulu
        PacificHonolulu = "PACIFIC_HONOLULU",
        /// UTC-09:00: America/Anchorage
        AmericaAnchorage = "AMERICA_ANCHORAGE",
        /// UTC-08:00: America/Los Angeles, Santa Isabel
        AmericaLosAngeles = "AMERICA_LOS_ANGELES",
        /// UTC-07:00: America/Phoenix, Denver
        AmericaPhoenix = "AMERICA_PHOENIX",
        /// UTC-06:00: America/Chicago, Guatemala
        AmericaChicago = "AMERICA_CHICAGO",
        /// UTC-05:00: America/New York, Indiana/Indianapolis
        AmericaNewYork = "AMERICA_NEW_YORK",
        /// UTC-04:30: America/Caracas
        AmericaCaracas = "AMERICA_CARACAS",
        /// UTC-04:00: America/Santiago, Cuiaba
        AmericaSantiago = "AMERICA_SANTIAGO",
        /// UTC-03:30: America/St Johns
        AmericaStJohns = "AMERICA_ST_JOHNS",
        /// UTC-03:00: America/Sao Paulo, Argentina/Buenos Aires
        AmericaSaoPaulo = "AMERICA_SAO_PAULO",
        /// UTC-02:00: Etc/GMT-2
        EtcGmtMinus2 = "ETC_GMT_MINUS_2",
        /// UTC-01:00: Atlantic/Cape Verde, Azores
        AtlanticCapeVerde = "ATLANTIC_CAPE_VERDE",
        /// UTC+00:00: Europe/London, Etc/GMT
        EuropeLondon = "EUROPE_LONDON",
        /// UTC+01:00: Europe/Paris, Berlin
        EuropeParis = "EUROPE_PARIS",
        /// UTC+02:00: Europe/Istanbul, Kiev
        EuropeIstanbul = "EUROPE_ISTANBUL",
        /// UTC+03:00: Europe/Moscow, Minsk
        EuropeMoscow = "EUROPE_MOSCOW",
        /// UTC+03:30: Asia/Tehran
        AsiaTehran = "ASIA_TEHRAN",
        /// UTC+04:00: Asia/Tbilisi, Yerevan
        AsiaTbilisi = "ASIA_TBILISI",
        /// UTC+04:30: Asia/Kabul
        AsiaKabul = "ASIA_KABUL",
        /// UTC+05:00: Asia/Tashkent, Karachi
        AsiaTashkent = "ASIA_TASHKENT",
        /// UTC+05:30: Asia/Colombo, Kolkata
        AsiaColombo = "ASIA_COLOMBO",
        /// UTC+05:45: Asia/Kathmandu
        AsiaKathmandu = "ASIA_KATHMANDU",
        /// UTC+06:00: Asia/Almaty, Dhaka
        AsiaAlmaty = "ASIA_ALMATY",
        /// UTC+06:30: Asia/Rangoon
        AsiaRangoon = "ASIA_RANGOON",
        /// UTC+07:00: Asia/Bangkok, Jakarta
        AsiaBangkok = "ASIA_BANGKOK",
        /// UTC+08:00: Asia/Taipei, Singapore
        AsiaTaipei = "ASIA_TAIPEI",
        /// UTC+09:00: Asia/Tokyo, Seoul
        AsiaTokyo = "ASIA_TOKYO",
        /// UTC+09:30: Australia/Darwin, Adelaide
        AustraliaDarwin = "AUSTRALIA_DARWIN",
        /// UTC+10:00: Australia/Sydney, Brisbane
        AustraliaSydney = "AUSTRALIA_SYDNEY",
        /// UTC+11:00: Asia/Vladivostok, Pacific/Guadalcanal
        AsiaVladivostok = "ASIA_VLADIVOSTOK",
        /// UTC+12:00: Etc/GMT+12
        EtcGmtPlus12 = "ETC_GMT_PLUS_12",
        /// UTC+13:00: Pacific/Tongatapu, Apia
        PacificTongatapu = "PACIFIC_TONGATAPU",
    }
}
