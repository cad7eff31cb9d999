//! Code names: two words and two digits, such as `amber-heron-42`.

use crate::crypto::secret::random_bytes;
use crate::error::Result;

/// A random code name. Plain words that say nothing of people, places or crimes, easy to say on a bad line.
pub(super) fn random() -> Result<String> {
    let bytes: [u8; 8] = random_bytes()?;
    Ok(numbered(u64::from_le_bytes(bytes)))
}

/// The code name of a number: another for every number below the count of all that there are, about four million.
pub fn numbered(number: u64) -> String {
    let (first, rest) = (number % FIRST.len() as u64, number / FIRST.len() as u64);
    let (second, rest) = (rest % SECOND.len() as u64, rest / SECOND.len() as u64);
    let word = |words: &[&'static str], index: u64| words.get(usize::try_from(index).unwrap_or(0)).copied();
    let (first, second) = (word(FIRST, first).unwrap_or("plain"), word(SECOND, second).unwrap_or("stone"));
    format!("{first}-{second}-{:02}", rest % 100)
}

const FIRST: &[&str] = &[
    "able", "amber", "ample", "apt", "azure", "basic", "bold", "brave", "brief", "bright", "brisk", "broad",
    "bronze", "calm", "candid", "cedar", "civil", "clear", "clever", "coral", "cosy", "crisp", "cubic",
    "daily", "deep", "dense", "direct", "distant", "dry", "eager", "early", "even", "exact", "fair",
    "famous", "fast", "fine", "firm", "first", "flat", "fluent", "fond", "formal", "frank", "free", "fresh",
    "full", "gentle", "giant", "glad", "golden", "grand", "great", "green", "handy", "hazel", "honest",
    "humble", "ideal", "indigo", "ivory", "jade", "jolly", "keen", "kind", "large", "late", "lean", "level",
    "light", "lilac", "linen", "little", "lively", "local", "lofty", "loud", "loyal", "lucid", "lunar",
    "major", "maple", "marble", "mellow", "merry", "mild", "minor", "modest", "narrow", "neat", "noble",
    "normal", "olive", "open", "orange", "pale", "patient", "pearl", "plain", "polite", "prime", "proper",
    "proud", "pure", "quick", "quiet", "rapid", "rare", "ready", "real", "red", "regal", "rich", "ripe",
    "robust", "round", "royal", "ruby", "rural", "rustic", "sage", "scarlet", "second", "serene", "sharp",
    "short", "silent", "silk", "silver", "simple", "sincere", "sleek", "slim", "slow", "small", "smart",
    "smooth", "snug", "sober", "soft", "solar", "solid", "sound", "spare", "square", "stable", "steady",
    "steep", "still", "stout", "strict", "strong", "subtle", "sunny", "super", "sure", "sweet", "swift",
    "tall", "tame", "teal", "tender", "thin", "third", "tidy", "tiny", "topaz", "total", "tranquil", "true",
    "upper", "urban", "vast", "velvet", "violet", "vital", "vivid", "warm", "wide", "wild", "willing",
    "wise", "witty", "woven", "yellow", "young",
];

const SECOND: &[&str] = &[
    "acorn", "anchor", "apple", "arbor", "arrow", "aspen", "badger", "bamboo", "banjo", "barley", "basil",
    "basin", "beacon", "beaver", "birch", "bison", "blossom", "boulder", "branch", "breeze", "brook",
    "bucket", "butter", "button", "cabin", "cactus", "candle", "canoe", "canvas", "canyon", "carbon",
    "carpet", "castle", "cello", "chalk", "cherry", "cinder", "circle", "citrus", "clover", "cobalt",
    "comet", "compass", "copper", "cotton", "cricket", "crystal", "cymbal", "cypress", "daisy", "delta",
    "desert", "dolphin", "domino", "dune", "eagle", "ember", "engine", "falcon", "feather", "fennel", "fern",
    "fiddle", "finch", "flint", "flute", "forest", "fossil", "fountain", "fox", "garden", "garnet", "ginger",
    "glacier", "granite", "grove", "guitar", "gull", "hammer", "harbor", "harp", "hazelnut", "heather",
    "heron", "hill", "honey", "horizon", "ibis", "island", "jasmine", "jasper", "juniper", "kettle", "kite",
    "ladder", "lagoon", "lake", "lantern", "lark", "laurel", "lemon", "lily", "linden", "lotus", "magnet",
    "mango", "marigold", "marsh", "meadow", "melon", "mesa", "meteor", "mint", "mirror", "monsoon", "moss",
    "mountain", "needle", "nutmeg", "oak", "oasis", "ocean", "orchard", "orchid", "otter", "owl", "oyster",
    "paddle", "palm", "panda", "paper", "parrot", "peach", "pebble", "pelican", "pepper", "petal", "piano",
    "pigeon", "pine", "planet", "plum", "pond", "poplar", "poppy", "prairie", "prism", "pumpkin", "quail",
    "quartz", "quill", "rabbit", "raven", "reef", "ribbon", "ridge", "river", "robin", "rocket", "saddle",
    "saffron", "sail", "sapling", "satin", "sea", "sesame", "shell", "signal", "sparrow", "spring", "spruce",
    "starling", "stone", "stork", "stream", "summit", "swallow", "sycamore", "tablet", "teapot", "thistle",
    "thunder", "timber", "trail", "tulip", "tundra", "turtle", "valley", "vessel", "viola", "walnut",
    "water", "willow", "window", "winter", "zephyr",
];
