//! The Merkle tree of RFC 6962 over leaf hashes: roots and proofs, from runs of hashes that are kept.
//!
//! What is kept are tiles of up to 256 hashes. A tile of level 0 holds leaf hashes; a hash of level `n` is the root of a
//! full tile of level `n - 1`. So a root or a proof is made from at most two tiles of each level, 8 KiB apiece: with ten
//! million leaves, from six.

use std::sync::Arc;

use crate::crypto::secret::{Sha256, sha256};
use crate::error::{Error, Result};

/// SHA-256.
pub type Hash = [u8; 32];

/// Hashes of a full tile.
pub const TILE: u64 = 256;
/// Levels of the tree that one tile spans.
const SPAN: u32 = 8;

/// Where tiles are kept.
pub trait Tiles {
    /// The hashes of a tile, as many as there are yet.
    ///
    /// # Errors
    /// When it cannot be read.
    fn tile(&mut self, level: u32, position: u64) -> Result<Arc<[Hash]>>;
}

/// A tile that has grown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// 0 for leaf hashes.
    pub level: u32,
    /// Its number within the level, from the left.
    pub position: u64,
    /// Its hashes, 256 at the most.
    pub hashes: Vec<Hash>,
}

/// RFC 6962's hash of two subtrees.
fn parent(left: &Hash, right: &Hash) -> Hash {
    let mut hash = Sha256::default();
    hash.update(&[1]);
    hash.update(left);
    hash.update(right);
    hash.finish()
}

/// Leaves of the left subtree: the largest power of two below `leaves`, of which there are two at least.
fn left_of(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

/// The root over these hashes.
pub fn root_of(hashes: &[Hash]) -> Hash {
    let mut tree = Accumulator::default();
    hashes.iter().for_each(|hash| tree.push(*hash));
    tree.root()
}

/// The root of a tree that grows at the right, in memory that grows with the logarithm of its size.
#[derive(Default)]
pub struct Accumulator {
    /// Roots of the full subtrees, largest first: one for each bit of `size`.
    full: Vec<Hash>,
    size: u64,
}

impl Accumulator {
    /// Leaves so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.full.pop() {
                hash = parent(&left, &hash);
            }
        }
        self.full.push(hash);
        self.size += 1;
    }

    /// The root; that of an empty tree is the hash of nothing.
    pub fn root(&self) -> Hash {
        let mut from_the_right = self.full.iter().rev().copied();
        let Some(last) = from_the_right.next() else {
            return sha256(&[]);
        };
        from_the_right.fold(last, |right, left| parent(&left, &right))
    }
}

/// The root of the first `size` leaves.
///
/// # Errors
/// When a tile cannot be read, or is shorter than it should be.
pub fn root(tiles: &mut impl Tiles, size: u64) -> Result<Hash> {
    if size == 0 { Ok(sha256(&[])) } else { range(tiles, 0, size) }
}

/// The hash of one leaf.
///
/// # Errors
/// As [`root`].
pub fn leaf(tiles: &mut impl Tiles, leaf: u64) -> Result<Hash> {
    full(tiles, 0, leaf)
}

/// The audit path (RFC 6962, 2.1.1) that shows that `leaf` is one of the first `size`; `leaf` must be below `size`.
///
/// # Errors
/// As [`root`].
pub fn inclusion(tiles: &mut impl Tiles, leaf: u64, size: u64) -> Result<Vec<Hash>> {
    let (mut begin, mut end) = (0, size);
    let mut path = Vec::new();
    while end - begin > 1 {
        let middle = begin + left_of(end - begin);
        if leaf < middle {
            path.push(range(tiles, middle, end)?);
            end = middle;
        } else {
            path.push(range(tiles, begin, middle)?);
            begin = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The proof (RFC 6962, 2.1.2) that the tree of `old` leaves begins the tree of `new`; `old` must be from 1 to `new`.
///
/// # Errors
/// As [`root`].
pub fn consistency(tiles: &mut impl Tiles, old: u64, new: u64) -> Result<Vec<Hash>> {
    let (mut begin, mut end) = (0, new);
    let mut proof = Vec::new();
    while end != old {
        let middle = begin + left_of(end - begin);
        if old <= middle {
            proof.push(range(tiles, middle, end)?);
            end = middle;
        } else {
            proof.push(range(tiles, begin, middle)?);
            begin = middle;
        }
    }
    // Whoever checks knows the root of the old tree already.
    if begin > 0 {
        proof.push(range(tiles, begin, end)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Adds leaves to a tree of `size`, and gives the tiles that are new or longer than they were.
///
/// # Errors
/// When a tile cannot be read, or does not fit `size`.
pub fn grow(tiles: &mut impl Tiles, size: u64, leaves: Vec<Hash>) -> Result<Vec<Tile>> {
    let (mut level, mut there, mut added) = (0, size, leaves);
    let mut grown = Vec::new();
    while !added.is_empty() {
        let mut tile = Tile { level, position: there / TILE, hashes: Vec::new() };
        if !there.is_multiple_of(TILE) {
            tile.hashes = tiles.tile(level, tile.position)?.to_vec();
        }
        if tile.hashes.len() as u64 != there % TILE {
            return Err(misfit());
        }
        let mut above = Vec::new();
        for hash in added {
            tile.hashes.push(hash);
            if tile.hashes.len() as u64 == TILE {
                above.push(root_of(&tile.hashes));
                let next = Tile { level, position: tile.position + 1, hashes: Vec::new() };
                grown.push(std::mem::replace(&mut tile, next));
            }
        }
        if !tile.hashes.is_empty() {
            grown.push(tile);
        }
        (level, there, added) = (level + 1, there / TILE, above);
    }
    Ok(grown)
}

/// The root over leaves `begin` to `end`, which a split of RFC 6962 has made.
fn range(tiles: &mut impl Tiles, begin: u64, end: u64) -> Result<Hash> {
    let leaves = end - begin;
    if leaves.is_power_of_two() {
        return full(tiles, leaves.ilog2(), begin / leaves);
    }
    let middle = begin + left_of(leaves);
    Ok(parent(&range(tiles, begin, middle)?, &range(tiles, middle, end)?))
}

/// The root of a full subtree of `1 << height` leaves: within one tile.
fn full(tiles: &mut impl Tiles, height: u32, position: u64) -> Result<Hash> {
    let hashes = 1_u64 << (height % SPAN);
    let first = position * hashes;
    let tile = tiles.tile(height / SPAN, first / TILE)?;
    let begin = usize::try_from(first % TILE).unwrap_or(usize::MAX);
    let end = begin.saturating_add(usize::try_from(hashes).unwrap_or(usize::MAX));
    tile.get(begin..end).map(root_of).ok_or_else(misfit)
}

fn misfit() -> Error {
    Error::internal("a tile of the audit tree is missing or does not fit; run `farlight audit verify`")
}

#[cfg(test)]
mod tests;
