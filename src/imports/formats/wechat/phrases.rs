//! The app's own words: what stands in the place of a picture, who took a message back, how a call ended.

use super::super::shape::Form;
use super::kinds::Kind;

/// A word in brackets that stands for what cannot be shown as text.
pub(super) struct Placeholder<'a> {
    pub(super) kind: Kind,
    /// The file, where a copy sent by mail names it: `[图片: a.jpg(请在附件中查看)]`.
    pub(super) file: &'a str,
    /// What follows it on its line.
    pub(super) words: &'a str,
}

impl<'a> Placeholder<'a> {
    /// Of a line that is one.
    pub(super) fn of(line: &'a str) -> Option<Self> {
        let (word, words) = line.trim().strip_prefix('[')?.split_once(']')?;
        let (word, file) = word.split_once([':', '：']).unwrap_or((word, ""));
        let file = file.split(['(', '（']).next().unwrap_or_default().trim();
        let (kind, words) = (Kind::of_bracket(word)?, words.trim());
        let is_length = || words.chars().all(|c| c.is_ascii_digit() || "\"'″秒s:".contains(c));
        let fits = match kind {
            // A picture has nothing beside it: what follows is a sentence with a picture word in it.
            Kind::Photo | Kind::Video | Kind::Sticker => words.is_empty(),
            Kind::Voice => is_length(),
            _ => true,
        };
        fits.then_some(Self { kind, file, words })
    }
}

/// Who took a message back.
pub(super) enum Recaller<'a> {
    /// The one who exported.
    Me,
    /// Somebody by name.
    Named(&'a str),
}

/// Reads the line that stays where a message was taken back. Without quotation marks around it only `lenient` takes what
/// stands before for a name, as anybody may write a sentence that ends like this.
pub(super) fn recall(line: &str, lenient: bool) -> Option<Recaller<'_>> {
    let line = line.trim().trim_end_matches("重新编辑").trim_end();
    let endings = ["撤回了一条消息", "撤回了一條訊息", "已收回訊息", "recalled a message"];
    let name = endings.iter().find_map(|ending| line.strip_suffix(ending))?.trim();
    if ["你", "您", "You", "you"].contains(&name) {
        return Some(Recaller::Me);
    }
    let marks = ['"', '“', '”', '「', '」'];
    let bare = name.trim_matches(marks);
    let is_quoted = name.len() > bare.len();
    (!bare.is_empty() && (is_quoted || lenient)).then_some(Recaller::Named(bare))
}

/// Whether a line is one that the app adds between messages.
pub(super) fn is_service(line: &str) -> bool {
    let line = line.trim();
    let ends = [
        "现在可以开始聊天了。",
        "现在可以开始聊天了",
        "以上是打招呼的内容",
        "加入了群聊",
        "移出了群聊",
        "加入群聊",
    ];
    recall(line, false).is_some()
        || ends.iter().any(|end| line.ends_with(end))
        || line
            .strip_prefix(['"', '“'])
            .is_some_and(|rest| rest.contains("\" 拍了拍") || rest.contains("” 拍了拍"))
}

/// How a call went, from the words in its place.
pub(super) fn call(words: &str) -> Option<Form> {
    let words = words.trim();
    let lengths = ["通话时长", "聊天时长", "通話時長", "Duration", "duration"];
    if let Some(length) = lengths.iter().find_map(|word| words.split_once(word)) {
        let seconds = seconds(length.1)?;
        return Some(Form::Call { seconds: Some(seconds), outcome: Some("answered".to_owned()) });
    }
    let outcome = ENDS.iter().find(|(said, _)| said.iter().any(|said| words.contains(said)))?.1;
    Some(Form::Call { seconds: None, outcome: Some(outcome.to_owned()) })
}

const ENDS: &[(&[&str], &str)] = &[
    (&["忙线", "忙線", "Line busy", "busy"], "busy"),
    (&["拒绝", "拒絕", "eclined"], "declined"),
    (&["取消", "ancelled", "anceled"], "cancelled"),
    (&["无应答", "未应答", "未接听", "未接", "無人接聽", "issed", "No answer"], "missed"),
    (&["中断", "中斷", "nterrupted"], "interrupted"),
    (&["其他设备", "其它设备"], "answered_elsewhere"),
];

/// Seconds of `01:23` or `1:02:03`.
fn seconds(text: &str) -> Option<u32> {
    let clock = text.trim_start_matches([' ', ':', '：', '\u{a0}']);
    let end = clock.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(clock.len());
    let parts =
        clock.get(..end)?.split(':').map(|part| part.parse::<u32>().ok()).collect::<Option<Vec<_>>>()?;
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    parts.iter().try_fold(0_u32, |sum, part| sum.checked_mul(60)?.checked_add(*part))
}
