//! Khmer, Burmese, Thai and Chinese in Latin letters, as phones without the right keyboard make people write. Everybody
//! spells them as they hear them; words that are others in English or Vietnamese are left out.

use super::Role::{self, *};

/// Roles and their phrases.
pub const WORDS: &[(Role, &str)] = &[
    (
        UsAre,
        "knhom nov|knhom nv|knom nov|khnom nov|khnhom nov|khnhom nv|kyom nov|knhum nov|yerng nov|yeung nov|knhom jab|knhom cheab|phom yu|phom yoo|pom yu|pom yoo|noo yu|noo yoo|nu yoo|wo zai|women zai|wo ren zai|wo xianzai zai|wo bei|women bei",
    ),
    (
        Us,
        "knhom|knom|khnom|khnhom|kyom|knhum|yerng|yeung|kyaw|kyawtaw|kyaw taw|kyun taw|kyundaw|kyanaw|kyanor|kya naw|kyar naw|kyama|kya ma|kyun ma|phom|women",
    ),
    (
        Now,
        "eylov|eilov|ey lov|elov|aylov|ilov|eylov nis|eylov nov|akhu|a khu|akhu ka|ton ni|ton nee|tonnee|tonni|xianzai|ton ni yu|ton nee yoo|ton nee yu|xianzai zai",
    ),
    (
        Past,
        "pi mun|pimun|kal pi mun|tlob nov|thlob nov|thloab nov|tlorb nov|ayin|a yin|ayin ka|a yin ka|ayin tone ka|ayin tun ka|koei yu|koey yu|kei yu|muea kon|yiqian zai|yiqian",
    ),
    (
        PastAfter,
        "mar nay khae|mhar nay khae|mar lote khae|mhar lote khae|khae tar|khae phu tal|tone ka|tun ka|phu tal|phu tae",
    ),
    (
        Home,
        "pteah|phteah|ptes|pteah knhom|srok knhom|srok komnert|krousar|krusar|mok pi|knhom mok pi|tov pteah|eain ka|ein ka|eain pyan|ein pyan|amay|a may|aphay|a phay|mi thar su|mithasu|baan yu|baan yoo|ban yu|klap ban|glap baan|lao jia|wo jia|jia zai|hui jia",
    ),
    (HomeAfter, "ka lar tar|ka lar tal|thar pa"),
    (
        Plan,
        "nung tov|neng tov|chong tov|jong tov|sa ek|khae krouy|ma nat phyan|manet phyan|ja pai|ja yai pai|prung ni|phrung nee|xiang qu|yao qu",
    ),
    (
        PlanAfter,
        "ko thwar mal|ko thwar mae|thwar mal|thwar mae|thwar chin|ko po mal|ko po mae|ko yaung mal|ko pyaung mal",
    ),
    (Not, "ot nov|ort nov|min nov|at nov|ot men|min men|leng nov|mai dai yu|mai yu|bu zai|bu shi"),
    (
        NotAfter,
        "mar ma shi|mhar ma shi|mar mashi|mhar mashi|mar mashi bu|mhar mashi bu|ma hoke|mahoke|ma hote|mar ma hote|mhar ma hote|mar ma hoke",
    ),
    (
        Other,
        "bong pros|bong srey|mit pheak|mit knhom|paoun knhom|pa oun knhom|bong knhom|ke tha|lueu tha|songsa|thu nge chin|thu ngal chin|thangechin|tha nge chin|akko ka|thu ka|phuean|puean|pheuan|faen phom|peng you|pengyou|ting shuo|nyi lay ka|nyi ma ka|maung lay ka|ama ka",
    ),
    (HearsayAfter, "lo kyar tal|lo pyaw tal|lo kyar tae"),
    (
        In,
        "nov|nv|neuv|nov knong|nov krong|nov khet|nov srok|nov phum|nov khang|jab nov|cheab nov|kompong nov|kompung nov|knhom nov|knhom nv|knom nov|khnom nov|khnhom nov|kyom nov|knhum nov|yerng nov|yeung nov|eylov nov|yu tee|yoo tee|yu thi|yoo thi|yu nai|yoo nai|ton ni yu|ton nee yoo|ton nee yu|phom yu|phom yoo|pom yu|pom yoo|noo yu|noo yoo|nu yoo|tit yu|tid yu|wo zai|women zai|wo ren zai|wo xianzai zai|xianzai zai|guan zai|bei guan zai",
    ),
    (
        InAfter,
        "mar|mhar|hmar|mar pa|mar par|mhar pa|mhar par|marpar|mharpar|mar shi|mhar shi|mar shi tal|mhar shi tal|mhar shi tae|mar shi nay|mhar shi nay|mar nay|mhar nay|mar pate mi|mhar pate mi|htal mar|htal mhar|htae mar|htae mhar|hte mhar|myo mar|myo mhar|bat mar|bat mhar",
    ),
    (Near, "kbae|kbe|kber|nov kbae|nov kbe|nov jit|jit prum den|yu glai|yu klai|klai klai|glai glai"),
    (NearAfter, "nar mar|nar mhar|a nar mar|anar mhar|bay nar mhar|fujin|pang bian|pangbian"),
    (Opposite, "tul muk|tol muk|tulmuk|trong kham|trong khaam|fang trong kham|dui mian shi|duimian shi"),
    (OppositeAfter, "myet nhar chin saing|myat nar chin saing|tit phat kan|ta phat kan|duimian|dui mian"),
    (
        Brought,
        "yok mok|yok tov|ke yok mok|ke yok tov|noam mok|noam tov|ke noam mok|lok tov|lok mok|ke lok tov|ke lok mok|lok knhom tov|lok knhom mok|yok knhom tov|yok knhom mok|yok yerng mok|bonhchoun tov|banhjoun tov|doek mok|deuk mok|plas mok|bdo mok|mok dol|ma thueng|pa ma|pha ma|thuk pha ma|bei mai dao|mai dao|zhuan dao|dao le",
    ),
    (
        BroughtAfter,
        "ko yauk|ko yauk nay|yauk nay|yauk nay tal|yauk nay tae|yauk nay pi|yauk tal|yauk pyi|ko yout|yout nay|ko khaw lar|ko khaw thwar|ko po lite|ko po lik|ko yaung lite|ko yaung lik|ko yaung sar|ko shwe lite|ko pyaung lite",
    ),
    (FromAfter, "ka nay|kanay|ka nae|ka ne"),
    (From, "pi krong|cak"),
    (Hour, "nar yi|nayi|chua mong|xiaoshi|xiao shi"),
    (Road, "car nae|ka nae karr|nang rot|kai che|kaiche|jih lan|chih lan"),
    (Border, "prum den|prumden|prom den|nal sat|nai sat|chai daen|bian jing|kou an"),
    (
        Building,
        "juy phong|juoy phong|jouy phong|chuy phong|chuoy phong|juy knhom|juoy|kal par|kal pa|kel par|kel pa|kal ba|kel ba|kal kya par|ku nyi par|ku nyi pa|kunyipar|ku nyi ba|chuay duay|chuay duai|chuey duey|jiu ming|jiuming|jiu wo",
    ),
];
