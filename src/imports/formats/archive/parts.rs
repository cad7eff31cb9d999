//! The files of an upload, opened one after the other.

use std::collections::VecDeque;
use std::io::{self, BufReader, Read, Seek};

use super::super::reading::{Halt, Part, Parts};
use super::Refusal;
use super::directory::Member;
use super::inflate::{Inflating, PIECE, Source};

/// The files that hold the chat, as a reader takes them.
pub struct MemberParts<'a, R> {
    members: &'a [Member],
    left: VecDeque<usize>,
    is_zip: bool,
    damaged: &'a mut usize,
    state: State<'a, R>,
}

enum State<'a, R> {
    Between(Source<'a, R>),
    Open(&'a Member, BufReader<Inflating<'a, R>>),
    /// A file could not be opened, which took the upload with it.
    Lost,
}

impl<'a, R: Read + Seek> MemberParts<'a, R> {
    pub(super) fn new(
        source: Source<'a, R>,
        members: &'a [Member],
        chosen: &[usize],
        is_zip: bool,
        damaged: &'a mut usize,
    ) -> Self {
        Self {
            members,
            left: chosen.iter().copied().collect(),
            is_zip,
            damaged,
            state: State::Between(source),
        }
    }

    /// Closes the file that is open.
    fn close(&mut self) -> Option<Source<'a, R>> {
        match std::mem::replace(&mut self.state, State::Lost) {
            State::Between(source) => Some(source),
            State::Open(member, file) => {
                let file = file.into_inner();
                *self.damaged += usize::from(file.is_damaged());
                let mut source = file.into_source();
                source.before = source.before.saturating_add(member.packed);
                Some(source)
            }
            State::Lost => None,
        }
    }

    fn open(&self, source: Source<'a, R>, member: &Member) -> Result<BufReader<Inflating<'a, R>>, Halt> {
        let file = if self.is_zip { Inflating::member(source, member) } else { Inflating::bare(source) };
        let file = file.map_err(|refusal| match refusal {
            Refusal::Unreadable(error) => Halt::Unreadable(error),
            other => Halt::Unreadable(io::Error::other(other)),
        })?;
        Ok(BufReader::with_capacity(PIECE, file))
    }
}

impl<R: Read + Seek> Parts for MemberParts<'_, R> {
    fn next(&mut self) -> Result<Option<Part<'_>>, Halt> {
        let Some(source) = self.close() else { return Ok(None) };
        let Some(member) = self.left.pop_front().and_then(|number| self.members.get(number)) else {
            self.state = State::Between(source);
            return Ok(None);
        };
        self.state = State::Open(member, self.open(source, member)?);
        let State::Open(_, bytes) = &mut self.state else { return Ok(None) };
        Ok(Some(Part { name: &member.name, bytes }))
    }
}

impl<R> Drop for MemberParts<'_, R> {
    /// Counts the damage of a file that was read to its end and not closed.
    fn drop(&mut self) {
        if let State::Open(_, file) = &self.state {
            *self.damaged += usize::from(file.get_ref().is_damaged());
        }
    }
}

/// The bytes of a file that was sent with a message. They end in an error where they are damaged or too many: half a
/// picture is no evidence.
pub struct Media<'a, R> {
    name: &'a str,
    size: u64,
    file: Inflating<'a, R>,
}

impl<'a, R: Read + Seek> Media<'a, R> {
    pub(super) const fn new(name: &'a str, size: u64, file: Inflating<'a, R>) -> Self {
        Self { name, size, file }
    }

    /// What it is called in the export: a label and no path.
    #[must_use]
    pub const fn name(&self) -> &str {
        self.name
    }

    /// How many bytes it says to have.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }
}

impl<R: Read + Seek> Read for Media<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        if count == 0 && self.file.is_damaged() {
            return Err(io::Error::other(Refusal::Damaged));
        }
        Ok(count)
    }
}
