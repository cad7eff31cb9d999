//! Countries, with their people and things, in all the languages.

use super::Role::{self, Nation};

/// Countries and their words.
pub const WORDS: &[(Role, &str)] = &[
    (
        Nation(*b"TH"),
        "thailand|thai|thailand's|泰国|泰方|ประเทศไทย|เมืองไทย|ไทย|ថៃ|ប្រទេសថៃ|thái lan|thái|thai lan|ထိုင်း|ထိုင်းနိုင်ငံ|ယိုးဒယား|泰缅|缅泰|柬泰|泰柬|泰老|老泰|ไทย-พม่า|ไทย-เมียนมา|ไทย-กัมพูชา|ไทย-ลาว|thai-myanmar|thai-burma|myanmar-thai|myanmar-thailand|thailand-myanmar|thai myanmar|thai burma|myanmar thai|myanmar thailand|thailand myanmar|thai-cambodian|thai-cambodia|cambodia-thai|cambodia-thailand|thailand-cambodia|thai cambodia|cambodia thai|cambodia thailand|thailand cambodia|thai-lao|lao-thai|thai - myanmar|thai–myanmar|ថៃ-កម្ពុជា|កម្ពុជា-ថៃ|កម្ពុជាថៃ|ថៃកម្ពុជា|thái lan - campuchia|campuchia - thái lan|thái - miến|thái lan - myanmar|myanmar - thái lan|campuchia thái lan|thái lan campuchia|ထိုင်း-မြန်မာ|မြန်မာ-ထိုင်း|ထိုင်းမြန်မာ|မြန်မာထိုင်း",
    ),
    (
        Nation(*b"MM"),
        "myanmar|burma|burmese|myanma|mianmar|myanmar's|mynmar|myanmer|缅甸|缅方|เมียนมา|พม่า|ประเทศพม่า|ประเทศเมียนมา|เมียนมาร์|มียนมา|មីយ៉ាន់ម៉ា|ភូមា|ប្រទេសភូមា|ប្រទេសមីយ៉ាន់ម៉ា|miến điện|miến|mianma|mien dien|မြန်မာ|မြန်မာနိုင်ငံ|မြန်မာပြည်|ဗမာ",
    ),
    (
        Nation(*b"KH"),
        "cambodia|cambodian|kampuchea|khmer|cambodia's|combodia|cambodge|kamboja|柬埔寨|高棉|กัมพูชา|เขมร|ประเทศกัมพูชา|กำพูชา|កម្ពុជា|ខ្មែរ|ប្រទេសកម្ពុជា|ស្រុកខ្មែរ|campuchia|cam pu chia|cam-pu-chia|căm pu chia|campuchea|cambuchia|cao miên|kampuchia|cam bốt|ကမ္ဘောဒီးယား|ကမ္ဗောဒီးယား|ကမ်ဘောဒီးယား|ခမာ",
    ),
    (
        Nation(*b"LA"),
        "laos|lao|laotian|lao pdr|老挝|寮国|ลาว|ประเทศลาว|สปป.ลาว|ឡាវ|ប្រទេសឡាវ|lào|nước lào|လာအို|လာအိုနိုင်ငံ",
    ),
    (
        Nation(*b"VN"),
        "vietnam|viet nam|vietnamese|vn|越南|柬越|越柬|เวียดนาม|ประเทศเวียดนาม|វៀតណាម|ប្រទេសវៀតណាម|យួន|việt nam|việt|ဗီယက်နမ်|vietnam-cambodia|cambodia-vietnam|vietnam cambodia|cambodia vietnam|việt nam - campuchia|campuchia - việt nam|việt nam campuchia|កម្ពុជា-វៀតណាម|កម្ពុជាវៀតណាម|วีเอ็น",
    ),
    (
        Nation(*b"CN"),
        "china|chinese|prc|mainland china|中国|中方|祖国|中缅|缅中|中老|จีน|ประเทศจีน|เมืองจีน|จีน-พม่า|ចិន|ប្រទេសចិន|trung quốc|trung quoc|tàu|တရုတ်|တရုတ်ပြည်|တရုတ်နိုင်ငံ|china-myanmar|myanmar-china|china myanmar|myanmar china|chinese-burmese|တရုတ်-မြန်မာ|တရုတ်မြန်မာ|trung - miến",
    ),
    (
        Nation(*b"PH"),
        "philippines|filipino|pilipinas|philippine|菲律宾|ฟิลิปปินส์|ហ្វីលីពីន|philippin|phi-líp-pin|phi lip pin|ဖိလစ်ပိုင်",
    ),
    (Nation(*b"MY"), "malaysia|malaysian|马来西亚|大马|มาเลเซีย|มาเล|ម៉ាឡេស៊ី|mã lai|မလေးရှား"),
    (Nation(*b"ID"), "indonesia|indonesian|印尼|印度尼西亚|อินโดนีเซีย|ឥណ្ឌូនេស៊ី|အင်ဒိုနီးရှား"),
    (Nation(*b"IN"), "india|indian|印度|อินเดีย|ឥណ្ឌា|ấn độ|အိန္ဒိယ"),
    (Nation(*b"AE"), "dubai|迪拜|ดูไบ|ဒူဘိုင်း|uae"),
    (Nation(*b"TW"), "taiwan|taiwanese|台湾|ไต้หวัน|đài loan|ထိုင်ဝမ်|តៃវ៉ាន់"),
    (Nation(*b"HK"), "hong kong|hongkong|香港|ฮ่องกง|hồng kông|ဟောင်ကောင်"),
    (Nation(*b"SG"), "singapore|新加坡|สิงคโปร์|សិង្ហបុរី|စင်ကာပူ"),
    (Nation(*b"BD"), "bangladesh|bangladeshi|孟加拉|บังกลาเทศ"),
];
