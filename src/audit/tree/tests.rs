use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::crypto::secret::from_hex;

#[derive(Default)]
struct Memory(HashMap<(u32, u64), Arc<[Hash]>>);

impl Tiles for Memory {
    fn tile(&mut self, level: u32, position: u64) -> Result<Arc<[Hash]>> {
        self.0.get(&(level, position)).cloned().ok_or_else(misfit)
    }
}

impl Memory {
    fn add(&mut self, size: u64, leaves: Vec<Hash>) {
        for tile in grow(self, size, leaves).unwrap() {
            self.0.insert((tile.level, tile.position), tile.hashes.into());
        }
    }
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|n| sha256(&n.to_be_bytes())).collect()
}

/// The definition of RFC 6962, 2.1, word for word.
fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(&[]),
        [leaf] => *leaf,
        _ => {
            let mut split = 1;
            while split * 2 < leaves.len() {
                split *= 2;
            }
            parent(&naive_root(&leaves[..split]), &naive_root(&leaves[split..]))
        }
    }
}

/// RFC 6962, 2.1.1, word for word.
fn naive_path(leaf: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() < 2 {
        return Vec::new();
    }
    let split = usize::try_from(left_of(leaves.len() as u64)).unwrap();
    let (left, right) = leaves.split_at(split);
    let (mut path, sibling) = if leaf < split {
        (naive_path(leaf, left), naive_root(right))
    } else {
        (naive_path(leaf - split, right), naive_root(left))
    };
    path.push(sibling);
    path
}

/// RFC 6962, 2.1.2, word for word.
fn naive_proof(old: usize, leaves: &[Hash], is_known: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if is_known { Vec::new() } else { vec![naive_root(leaves)] };
    }
    let split = usize::try_from(left_of(leaves.len() as u64)).unwrap();
    let (left, right) = leaves.split_at(split);
    let (mut proof, sibling) = if old <= split {
        (naive_proof(old, left, is_known), naive_root(right))
    } else {
        (naive_proof(old - split, right, false), naive_root(left))
    };
    proof.push(sibling);
    proof
}

#[test]
fn every_size_to_two_hundred_is_as_the_definition_says() {
    let mut tiles = Memory::default();
    let all = leaves(200);
    for size in 0..=200_usize {
        let now = &all[..size];
        assert_eq!(root(&mut tiles, size as u64).unwrap(), naive_root(now), "{size}");
        assert_eq!(root_of(now), naive_root(now));
        for leaf in 0..size {
            let path = inclusion(&mut tiles, leaf as u64, size as u64).unwrap();
            assert_eq!(path, naive_path(leaf, now), "{leaf} of {size}");
        }
        for old in 1..=size {
            let proof = consistency(&mut tiles, old as u64, size as u64).unwrap();
            assert_eq!(proof, naive_proof(old, now, true), "{old} to {size}");
        }
        if let Some(next) = all.get(size) {
            tiles.add(size as u64, vec![*next]);
        }
    }
}

/// Roots as published with Google's Certificate Transparency code, of eight leaves.
#[test]
fn roots_are_those_that_others_have_published() {
    let inputs =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    let hashes: Vec<Hash> =
        inputs.iter().map(|input| sha256(&[vec![0], from_hex(input).unwrap()].concat())).collect();
    let published = [
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ];
    for (size, root) in published {
        assert_eq!(root_of(&hashes[..size]).to_vec(), from_hex(root).unwrap(), "{size}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Across tiles, and up to where a third level of them begins.
    #[test]
    fn larger_trees_are_as_the_definition_says(
        batches in proptest::collection::vec(1..9_000_u64, 1..9), at in any::<prop::sample::Index>(), tall in any::<bool>(),
    ) {
        let mut tiles = Memory::default();
        let mut size = 0;
        let extra = if tall { TILE * TILE - 100 } else { 0 };
        let all = leaves(extra + batches.iter().sum::<u64>());
        for batch in std::iter::once(extra).chain(batches) {
            let (begin, end) = (usize::try_from(size).unwrap(), usize::try_from(size + batch).unwrap());
            tiles.add(size, all[begin..end].to_vec());
            size += batch;
        }
        prop_assert_eq!(root(&mut tiles, size).unwrap(), naive_root(&all));
        let leaf = at.index(all.len());
        prop_assert_eq!(inclusion(&mut tiles, leaf as u64, size).unwrap(), naive_path(leaf, &all));
        prop_assert_eq!(consistency(&mut tiles, leaf as u64 + 1, size).unwrap(), naive_proof(leaf + 1, &all, true));
    }
}

#[test]
fn a_tile_that_does_not_fit_stops_the_tree() {
    let mut tiles = Memory::default();
    tiles.add(0, leaves(300));
    assert!(grow(&mut tiles, 301, leaves(1)).is_err());
    assert!(root(&mut tiles, 301).is_err());
    tiles.0.remove(&(0, 0));
    assert!(inclusion(&mut tiles, 3, 300).is_err());
}
