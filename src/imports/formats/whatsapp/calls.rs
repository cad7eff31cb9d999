//! Calls: `Missed voice call`, `Voice call, 12 min`, `Video call, No answer`.

use super::super::dates::digit;
use super::super::shape::Form;
use super::words::{Table, plain};

/// A call that was not taken, before what may follow.
static MISSED: Table = Table::new(
    "missed voice call|missed video call|missed group voice call|missed group video call|missed call|missed group call|\
    llamada perdida|llamada perdida de voz|llamada perdida de video|llamada perdida de vídeo|llamada de voz perdida|videollamada perdida|llamada grupal perdida|llamada de vídeo perdida|\
    chamada de voz perdida|chamada de vídeo perdida|chamada perdida|ligação de voz perdida|ligação de vídeo perdida|ligação perdida|\
    appel vocal manqué|appel vidéo manqué|appel manqué|appel vocal de groupe manqué|\
    verpasster sprachanruf|verpasster videoanruf|verpasster anruf|verpasster gruppenanruf|sprachanruf verpasst|videoanruf verpasst|\
    chiamata vocale persa|videochiamata persa|chiamata persa|gemiste spraakoproep|gemiste video-oproep|gemiste videogesprek|gemiste oproep|gemiste groepsoproep|\
    пропущенный аудиозвонок|пропущенный видеозвонок|пропущенный звонок|пропущенный голосовой звонок|пропущений голосовий дзвінок|пропущений відеодзвінок|пропущений дзвінок|\
    未接语音通话|未接视频通话|未接语音来电|未接视频来电|未接来电|未接通话|未接聽語音通話|未接聽視訊通話|未接語音通話|未接視訊通話|未接語音來電|未接視訊來電|未接來電|未接通話|未接聽的語音通話|\
    不在着信|音声通話の不在着信|ビデオ通話の不在着信|音声通話不在着信|ビデオ通話不在着信|부재중 음성통화|부재중 음성 통화|부재중 영상통화|부재중 영상 통화|부재중 전화|부재중 통화|\
    panggilan suara tak terjawab|panggilan video tak terjawab|panggilan tak terjawab|panggilan suara tidak terjawab|panggilan video tidak terjawab|panggilan tidak terjawab|panggilan grup tak terjawab|\
    panggilan suara terlepas|panggilan video terlepas|panggilan terlepas|panggilan suara tidak dijawab|panggilan video tidak dijawab|\
    cuộc gọi thoại nhỡ|cuộc gọi video nhỡ|cuộc gọi nhỡ|gọi nhỡ|cuộc gọi thoại bị nhỡ|cuộc gọi video bị nhỡ|\
    สายที่ไม่ได้รับ|สายไม่ได้รับ|ไม่ได้รับสาย|สายสนทนาด้วยเสียงที่ไม่ได้รับ|สายสนทนาวิดีโอที่ไม่ได้รับ|สายโทรด้วยเสียงที่ไม่ได้รับ|สายวิดีโอที่ไม่ได้รับ|สายวิดีโอคอลที่ไม่ได้รับ|สายเสียงที่ไม่ได้รับ|\
    मिस्ड वॉइस कॉल|मिस्ड वॉयस कॉल|मिस्ड वीडियो कॉल|मिस्ड कॉल|छूटी हुई वॉइस कॉल|मिस्ड ग्रुप|\
    مكالمة صوتية فائتة|مكالمة فيديو فائتة|مكالمة فائتة|مكالمة صوتية لم يرد عليها|مكالمة فيديو لم يرد عليها|مكالمة لم يرد عليها|\
    تماس صوتی از دست رفته|تماس تصویری از دست رفته|تماس از دست رفته|مسڈ وائس کال|مسڈ ویڈیو کال|\
    cevapsız sesli arama|cevapsız görüntülü arama|cevapsız arama|nieodebrane połączenie głosowe|nieodebrane połączenie wideo|nieodebrane połączenie|\
    zmeškaný hlasový hovor|zmeškaný videohovor|zmeškaný hovor|nem fogadott hanghívás|nem fogadott videóhívás|nem fogadott hívás|apel vocal pierdut|apel video pierdut|apel pierdut|\
    missat röstsamtal|missat videosamtal|missat samtal|ubesvaret taleopkald|ubesvaret videoopkald|ubesvaret opkald|tapt taleanrop|tapt videoanrop|tapt anrop|vastaamaton äänipuhelu|vastaamaton videopuhelu|vastaamaton puhelu|\
    αναπάντητη φωνητική κλήση|αναπάντητη βιντεοκλήση|αναπάντητη κλήση|שיחה קולית שלא נענתה|שיחת וידאו שלא נענתה|שיחה שלא נענתה|\
    মিসড ভয়েস কল|মিসড ভিডিও কল|মিসড কল|ខកខានការហៅជាសំឡេង|ខកខានការហៅ|ការហៅជាសំឡេងដែលខកខាន|ការហៅខកខាន|ការហៅដែលខកខាន|លួតការហៅ|\
    လွတ်သွားသော အသံခေါ်ဆိုမှု|လွတ်သွားသော ဗီဒီယိုခေါ်ဆိုမှု|လွတ်သွားသော ဖုန်းခေါ်ဆိုမှု|လွဲချော်သွားသော အသံဖုန်းခေါ်ဆိုမှု|လွဲသွားသော ခေါ်ဆိုမှု|\
    hindi nasagot na voice call|hindi nasagot na video call|hindi nasagot na tawag|simu ya sauti iliyokosa kujibiwa|gemisde stemoproep|gemisde oproep",
);

/// A call of which more is said behind.
static CALLED: Table = Table::new(
    "voice call|video call|group voice call|group video call|group call|call|llamada de voz|videollamada|llamada grupal|llamada|chamada de voz|chamada de vídeo|\
    ligação de voz|ligação de vídeo|appel vocal|appel vidéo|appel de groupe|sprachanruf|videoanruf|gruppenanruf|chiamata vocale|videochiamata|chiamata di gruppo|\
    spraakoproep|video-oproep|videogesprek|аудиозвонок|видеозвонок|голосовой звонок|групповой звонок|голосовий дзвінок|відеодзвінок|语音通话|视频通话|语音电话|群组通话|語音通話|視訊通話|群組通話|\
    音声通話|ビデオ通話|グループ通話|음성통화|음성 통화|영상통화|영상 통화|panggilan suara|panggilan video|panggilan grup|cuộc gọi thoại|cuộc gọi video|cuộc gọi nhóm|\
    สายสนทนาด้วยเสียง|สายสนทนาวิดีโอ|การโทรด้วยเสียง|การโทรวิดีโอ|การโทรแบบเสียง|โทรด้วยเสียง|วิดีโอคอล|สายวิดีโอ|वॉइस कॉल|वॉयस कॉल|वीडियो कॉल|مكالمة صوتية|مكالمة فيديو|مكالمة جماعية|تماس صوتی|تماس تصویری|\
    sesli arama|görüntülü arama|połączenie głosowe|połączenie wideo|hlasový hovor|videohovor|hanghívás|videóhívás|apel vocal|apel video|röstsamtal|videosamtal|taleopkald|videoopkald|taleanrop|videoanrop|\
    äänipuhelu|videopuhelu|φωνητική κλήση|βιντεοκλήση|שיחה קולית|שיחת וידאו|ভয়েস কল|ভিডিও কল|ការហៅជាសំឡេង|ការហៅជាវីដេអូ|အသံခေါ်ဆိုမှု|ဗီဒီယိုခေါ်ဆိုမှု|voice na tawag",
);

/// That nobody took it.
static NO_ANSWER: Table = Table::new(
    "no answer|not answered|unanswered|sin respuesta|no contest|sem resposta|não atendid|pas de réponse|sans réponse|keine antwort|nicht angenommen|\
    nessuna risposta|geen antwoord|niet beantwoord|нет ответа|без ответа|未接听|未接聽|无应答|無應答|无人接听|無人接聽|無回應|応答なし|응답 없음|부재중|tidak dijawab|tidak ada jawaban|tiada jawapan|\
    không trả lời|không bắt máy|không có phản hồi|không có trả lời|ไม่มีคนรับ|ไม่มีการตอบรับ|ไม่รับสาย|ไม่ได้รับ|जवाब नहीं|कोई जवाब नहीं|لا يوجد رد|لم يتم الرد|لا توجد إجابة|بدون رد|cevap yok|yanıt yok|brak odpowiedzi|bez odpovědi|inget svar|intet svar|ikke svar|ei vastausta|\
    គ្មានការឆ្លើយ|គ្មានអ្នកឆ្លើយ|မဖြေဆို",
);

static DECLINED: Table = Table::new(
    "declined|rechazad|recusad|refus|abgelehnt|rifiutat|geweigerd|отклон|已拒绝|已拒絕|拒否|거절|ditolak|từ chối|ปฏิเสธ|अस्वीकार|مرفوض|reddedildi|odrzucon",
);
static CANCELLED: Table = Table::new(
    "cancel|abgebrochen|annul|geannuleerd|отмен|已取消|キャンセル|취소|dibatalkan|hủy|huỷ|ยกเลิก|रद्द|ملغ|iptal|anulowan",
);
/// What the app asks for behind a missed call.
static BACK: Table = Table::new(
    "tap to|toca para|toque para|appuyez|tippe|tocca per|tik om|нажмите|点击|點按|轻触|輕觸|タップ|탭하|ketuk|nhấn để|chạm để|แตะ|टैप|انقر|اضغط|dokun",
);
static SILENCED: Table = Table::new(
    "silenced voice call|silenced video call|llamada de voz silenciada|videollamada silenciada|chamada de voz silenciada|chamada de vídeo silenciada|\
    stummgeschalteter sprachanruf|stummgeschalteter videoanruf|appel vocal en mode silencieux|appel vidéo en mode silencieux|panggilan suara disenyapkan|已静音的语音通话|已靜音的語音通話|已静音语音通话",
);

/// The call that a line tells of. Without the mark of the app before it, the line must be nothing else.
pub(super) fn call(text: &str, is_marked: bool) -> Option<Form> {
    if text.len() > 300 || text.trim().contains('\n') {
        return None;
    }
    let text = plain(text);
    let ended = |outcome: &str| Some(Form::Call { seconds: None, outcome: Some(outcome.to_owned()) });
    // `Missed voice call, Tap to call back`, and of old `Missed voice call at 10:15`.
    let sound = |rest: &str| rest.is_empty() || is_marked || is_time(rest) || BACK.is_in(rest);
    if MISSED.after(&text).is_some_and(sound) {
        return ended("missed");
    }
    if SILENCED.after(&text).is_some_and(sound) {
        return ended("silenced");
    }
    let rest = CALLED.after(&text)?;
    if rest.is_empty() {
        return is_marked.then_some(Form::Call { seconds: None, outcome: None });
    }
    let rest = rest.trim_start();
    if !rest.starts_with([',', '.', '،', '，', '、', ':', '：', '(', '•', '·', '-', '–']) {
        return None;
    }
    // `Call, me in 5 min please` is somebody's wish.
    if !is_marked && !is_short(rest) {
        return None;
    }
    for (words, outcome) in [(&NO_ANSWER, "no answer"), (&DECLINED, "declined"), (&CANCELLED, "cancelled")] {
        if words.is_in(rest) {
            return ended(outcome);
        }
    }
    match seconds(rest) {
        Some(seconds) => Some(Form::Call { seconds: Some(seconds), outcome: None }),
        None => is_marked.then_some(Form::Call { seconds: None, outcome: None }),
    }
}

/// Whether this is nothing but a duration or a few words on how the call ended.
fn is_short(rest: &str) -> bool {
    let parts = |c: char| {
        c.is_whitespace()
            || digit(c).is_some()
            || matches!(c, '.' | ',' | '،' | '，' | '、' | ':' | '：' | '(' | ')' | '•' | '·' | '-' | '–')
    };
    let mut words = rest.split(parts).filter(|word| !word.is_empty());
    let is_unit = |word: &str| [&HOURS, &MINUTES, &SECONDS].iter().any(|units| units.is(word));
    let timed = rest.chars().any(|c| digit(c).is_some());
    if timed { words.all(is_unit) } else { words.count() <= 3 }
}

fn is_time(rest: &str) -> bool {
    let word = rest.trim_start();
    let at = ["at ", "um ", "a las ", "à ", "às ", "alle ", "om ", "в "]
        .into_iter()
        .find_map(|at| word.strip_prefix(at));
    at.is_some_and(|time| time.chars().next().is_some_and(|c| digit(c).is_some()))
}

static HOURS: Table = Table::new(
    "h|hr|hrs|hour|hours|hora|horas|heure|heures|std|stunde|stunden|ora|ore|uur|u|час|ч|годин|год|小时|小時|時間|시간|jam|giờ|ชม|ชั่วโมง|घंटा|घंटे|ساعة|ساعات|ساعت|sa|saat|godz|hod|óra|tim|t|ម៉ោង|နာရီ|oras",
);
static MINUTES: Table = Table::new(
    "m|min|mins|minute|minutes|minuto|minutos|minuten|minuti|minuut|minuten|мин|минут|хв|分|分钟|分鐘|分間|분|menit|minit|phút|นาที|मिनट|دقيقة|دقائق|د|دقیقه|dk|dak|dakika|perc|λεπτ|דק|នាទី|မိနစ်|minuto",
);
static SECONDS: Table = Table::new(
    "s|sec|secs|second|seconds|seg|segundo|segundos|seconde|secondes|sek|sekunde|sekunden|secondi|seconden|сек|с|секунд|秒|秒間|초|detik|saat|giây|วินาที|सेकंड|सेकेंड|ثانية|ثوان|ثوانٍ|ث|ثانیه|sn|saniye|mp|sek|δευτ|שנ|វិនាទី|စက္ကန့်|segundo",
);

/// `12 min`, `1 hr 5 min`, `38 sec`, `3:25`.
fn seconds(text: &str) -> Option<u32> {
    let (mut total, mut any, mut chars) = (0_u32, false, text.chars().peekable());
    while let Some(c) = chars.next() {
        let Some(first) = digit(c) else { continue };
        let mut value = u32::from(first);
        while let Some(next) = chars.peek().copied().and_then(digit) {
            value = value.checked_mul(10)?.checked_add(u32::from(next))?;
            chars.next();
        }
        while chars.peek().is_some_and(|c| *c == ' ') {
            chars.next();
        }
        let mut unit = String::new();
        while let Some(next) = chars.peek().copied().filter(|c| !c.is_whitespace() && digit(*c).is_none()) {
            if matches!(next, '.' | ',' | ')' | '•' | '，' | '،') {
                break;
            }
            unit.push(next);
            chars.next();
        }
        let each = if SECONDS.is(&unit) && (any || unit != "saat") {
            1
        } else if MINUTES.is(&unit) {
            60
        } else if HOURS.is(&unit) {
            3600
        } else {
            continue;
        };
        total = total.checked_add(value.checked_mul(each)?)?;
        any = true;
    }
    any.then_some(total)
}

#[cfg(test)]
pub(super) static TABLES: [&Table; 10] =
    [&MISSED, &CALLED, &NO_ANSWER, &DECLINED, &CANCELLED, &BACK, &SILENCED, &HOURS, &MINUTES, &SECONDS];
