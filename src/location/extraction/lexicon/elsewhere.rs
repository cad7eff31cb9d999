//! Malay and Indonesian, Filipino and Hindi: of those who are held many speak one of them at home.

use super::Role::{self, *};

/// Roles and their phrases.
pub const WORDS: &[(Role, &str)] = &[
    (
        UsAre,
        "saya di|kami di|aku di|saya ada di|kami ada di|saya berada di|kami berada di|saya sekarang di|kami sekarang di|saya masih di|kami masih di|nandito ako sa|nandito kami sa|andito ako sa|andito kami sa|nasa akin|मैं|हम",
    ),
    (Us, "saya|kami|aku|ako|kami po|hum log|hum sab|मुझे|हमें|हम लोग"),
    (Now, "sekarang|sekarang di|saat ini|ngayon|ngayon nasa|abhi|अभी"),
    (Break, "tapi|tetapi|kemudian|lalu|selepas itu|setelah itu|pero|tapos|pagkatapos|lekin|phir|लेकिन"),
    (
        Past,
        "dulu|dulu di|dahulu|sebelum ini|sebelumnya|tadinya|bekas|dati|dati sa|noong una|galing sa|pehle|पहले",
    ),
    (
        Home,
        "rumah saya|rumah di|keluarga saya|keluarga|kampung saya|kampung|asal dari|asal saya|berasal dari|ibu saya|mak saya|ayah saya|isteri|istri|suami|pulang ke|balik ke|bahay namin|bahay ko|pamilya ko|pamilya|nanay ko|tatay ko|asawa ko|taga|umuwi sa|uuwi sa|mera ghar|hamara ghar|ghar|मेरा घर|घर",
    ),
    (
        Plan,
        "akan|mahu ke|mau ke|ingin ke|besok|esok|minggu depan|bulan depan|kerja di|pupunta sa|dadalhin sa|trabaho sa",
    ),
    (
        Not,
        "bukan di|tidak di|tak di|tiada di|bukan lagi di|tidak lagi di|sudah tidak di|dah tak di|wala sa|wala na sa|wala na kami sa|wala na ako sa|hindi sa",
    ),
    (NotAfter, "mein nahi|me nahi|mein nahin|me nahin|में नहीं"),
    (
        Other,
        "kawan saya|teman saya|adik saya|abang saya|kakak saya|sepupu saya|anak saya|kata orang|dengar|kaibigan ko|kapatid ko|pinsan ko|anak ko|kuya ko|ate ko|sabi nila|mera dost|mera bhai|meri behen|mera beta|मेरा भाई|मेरा दोस्त|मेरा बेटा",
    ),
    (Ask, "anda di|awak di|kamu di|nasaan|nasa saan"),
    (
        In,
        "saya di|kami di|aku di|saya ada di|kami ada di|berada di|ada di|saya sekarang di|kami sekarang di|saya masih di|kami masih di|masih di|sekarang di|di dalam|di kawasan|di bandar|di kota|ditahan di|dikurung di|terkurung di|terperangkap di|terjebak di|disekap di|kerja paksa di|nasa|nasa loob ng|nandito ako sa|nandito kami sa|andito ako sa|andito kami sa|nandito sa|andito sa|dito sa|ngayon nasa|nakakulong sa|ikinulong sa",
    ),
    (
        InAfter,
        "mein hoon|mein hu|mein hun|me hoon|me hu|me hun|mein hain|mein hai|me hain|mein fase|mein fasa|me fase|me fasa|mein phase|mein phasa|mein band|ke andar|में|में हूं|में हूँ|में हैं|के अंदर",
    ),
    (Near, "dekat|dekat dengan|berdekatan|berhampiran|di dekat|malapit sa|malapit lang sa|katabi ng"),
    (NearAfter, "ke paas|ke pass|ke nazdeek|ke kareeb|के पास"),
    (
        Opposite,
        "seberang|di seberang|di seberang sungai|bertentangan dengan|katapat ng|sa kabila ng|tapat ng",
    ),
    (OppositeAfter, "ke samne|के सामने"),
    (
        Brought,
        "dibawa ke|kami dibawa ke|saya dibawa ke|dipindahkan ke|dipindah ke|dijual ke|dihantar ke|dikirim ke|bawa kami ke|bawa saya ke|sampai di|sampai ke|tiba di|dinala kami sa|dinala ako sa|nilipat kami sa|nilipat ako sa|inilipat kami sa|inilipat ako sa|ibinenta kami sa|ibinenta ako sa|napunta kami sa|napunta ako sa",
    ),
    (From, "dari|jauh dari|mula sa|galing"),
    (Hour, "jam perjalanan|oras|ghante|ghanta|घंटे"),
    (Minute, "menit|minit|minuto"),
    (Road, "naik mobil|naik kereta|naik van|naik bus|sumakay ng van|gaadi se"),
    (Border, "perbatasan|sempadan|border ng"),
    (Building, "tolong|tolong kami|tolong saya|tulong|tulungan|tulungan nyo kami|bachao|madad|बचाओ|मदद"),
];
