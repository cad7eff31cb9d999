//! Pseudonyms: two plain words such as `quilt puddle`, so that people can be spoken of without their names.

use crate::crypto::Keyring;
use crate::db::types::Id;
use crate::error::Result;

/// The pseudonym of a person. It follows from the id by a keyed hash: it is the same for everybody and every
/// time, needs no column, and cannot be worked out by who knows the id alone. Two people may share one; the
/// id tells them apart.
///
/// # Errors
/// Never in practice.
pub(super) fn of(keyring: &Keyring, organisation: Id, person: Id) -> Result<String> {
    let hash = keyring.lookup(organisation, "people.pseudonym")?.mac(&[person.as_bytes()]);
    let [first, second, ..] = hash;
    Ok(format!("{} {}", WORDS[usize::from(first)], WORDS[usize::from(second)]))
}

/// One word per value of a byte. None of them is in a code name, so that nobody takes a person for a case.
const WORDS: [&str; 256] = [
    "alder", "almond", "apricot", "atlas", "avocado", "awning", "axle", "bagel", "bakery", "ballad",
    "balsam", "barrel", "basket", "bazaar", "bell", "bench", "berry", "bicycle", "binder", "bobbin",
    "bonnet", "bookcase", "bottle", "bowl", "bracket", "brass", "bread", "brick", "bubble", "buckle", "bulb",
    "bundle", "bureau", "burlap", "cable", "calendar", "caravan", "cardigan", "carousel", "carrot", "cashew",
    "cauldron", "cellar", "chair", "chariot", "chestnut", "chimney", "chisel", "chorus", "cinnamon",
    "clarinet", "clasp", "clay", "clock", "cloud", "coconut", "coffee", "collar", "column", "cookie", "cord",
    "corner", "cottage", "counter", "cradle", "crayon", "crescent", "cucumber", "curtain", "dahlia", "denim",
    "dial", "dinghy", "dish", "donkey", "doorway", "drawer", "dresser", "drum", "easel", "eggplant", "elm",
    "envelope", "fable", "fabric", "faucet", "fiber", "fig", "filter", "flagpole", "fleece", "floor", "foam",
    "fork", "fringe", "funnel", "galley", "gallop", "geyser", "glove", "goblet", "gourd", "grain", "gum",
    "hallway", "hamper", "handle", "hearth", "hedge", "helmet", "hinge", "hoop", "inkwell", "jacket", "jam",
    "jar", "keel", "kernel", "keyboard", "kitchen", "lace", "lattice", "lawn", "leather", "ledge", "lens",
    "lentil", "lever", "lid", "lime", "locket", "loom", "lumber", "mailbox", "mantle", "marker", "mast",
    "mattress", "mitten", "mosaic", "muffin", "mug", "mural", "muslin", "napkin", "nest", "nickel", "noodle",
    "notebook", "nozzle", "oar", "oatmeal", "oboe", "onion", "oven", "packet", "paint", "pantry", "parasol",
    "pasture", "patch", "pedal", "pencil", "pendant", "phrase", "pickle", "pillow", "pivot", "plank",
    "plaster", "pocket", "porch", "postcard", "pottery", "puddle", "pulley", "puzzle", "quilt", "radio",
    "radish", "raft", "rafter", "railing", "rattan", "recipe", "reed", "rhubarb", "rice", "roof", "rope",
    "rosemary", "rowboat", "rug", "ruler", "scarf", "scooter", "seed", "shelf", "shutter", "sieve", "sketch",
    "skillet", "slate", "sleeve", "slipper", "soap", "sofa", "spindle", "spiral", "sponge", "spool", "spoon",
    "stencil", "stool", "straw", "string", "sugar", "sundial", "sweater", "tapestry", "tassel", "terrace",
    "thimble", "thread", "tinsel", "toast", "toffee", "towel", "trellis", "tripod", "trolley", "trumpet",
    "tunic", "turnip", "turret", "twine", "umbrella", "valve", "vanilla", "varnish", "vase", "veil", "verse",
    "vine", "vinegar", "visor", "waffle", "wallet", "wardrobe", "whistle", "windmill", "wreath", "wrench",
    "yarn", "yogurt", "zipper",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Secret;
    use crate::db::types::Time;

    #[test]
    fn no_word_comes_twice() {
        let mut words = WORDS.to_vec();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), WORDS.len());
    }

    #[test]
    fn it_hangs_on_the_person_the_organisation_and_the_key() {
        let ids: Vec<Id> = (0..40).map(|second| Id::at(Time::from_micros(second * 1_000_000))).collect();
        let all = |root: u8, organisation: Id| -> Vec<String> {
            let keyring = Keyring::new(Secret::from_slice(&[root; 32]).unwrap());
            ids.iter().map(|id| of(&keyring, organisation, *id).unwrap()).collect()
        };
        let (here, there) = (Id::at(Time::from_micros(1)), Id::at(Time::from_micros(2)));
        assert_eq!(all(1, here), all(1, here));
        assert_ne!(all(1, here), all(1, there));
        assert_ne!(all(1, here), all(2, here));
        let mut distinct = all(1, here);
        distinct.sort_unstable();
        distinct.dedup();
        assert!(distinct.len() > 30, "{distinct:?}");
    }
}
