//! Operations that are over, or that were rejected.

use super::build::risk;
use super::{DemoConsent, DemoDocument, DemoGates, DemoOperation, DemoPlan, DemoReport};

pub(super) static CHAIN_428: DemoOperation = DemoOperation {
    organisation: 0,
    kind: "extraction",
    title: "Chain number 428",
    state: "completed",
    site: 5,
    cases: &[9],
    starts_in_hours: -18 * 24 - 12,
    lasts_hours: 5,
    plan: DemoPlan {
        objective: "Meet the Thai man on his market day and walk with him to the Thai checkpoint.",
        approach: "A woman of the local partner stands at the parts stall. Sentence and answer are agreed. \
                   He walks behind her, never beside her.",
        routes: "Market to the checkpoint by the busiest street. Second way: tricycle round the school.",
        communications: "One silent call when they start, one when they arrive.",
        abort_criteria: "His minder is not on his phone; wrong answer to the sentence; a second minder.",
        risks: &[
            risk(
                "The minder follows",
                "medium",
                "high",
                "Crowd and daylight; the partner turns into the clinic and they wait there",
            ),
            risk(
                "He feels faint for lack of tablets",
                "medium",
                "medium",
                "Sugar and tablets with the partner",
            ),
        ],
    },
    checklist: &[
        ("Tablets", true),
        ("Thai officer at the desk informed", true),
        ("Sentence and answer agreed", true),
    ],
    gates: DemoGates {
        receiving: Some(("authority", "The Thai officer at the desk of the checkpoint", true)),
        documents: &[DemoDocument {
            who: (9, 0),
            document: "identity check at the desk",
            state: "not_needed",
        }],
        consents: &[DemoConsent {
            who: (9, 0),
            method: "written",
            message: 13,
            note: Some("By the answer that was agreed for it."),
        }],
        waivers: &[(
            "fresh_clues",
            "He comes to us: what matters is the market, and the day, and he named both this week.",
        )],
    },
    report: Some(DemoReport {
        text: "He came eleven minutes late and gave the right answer. Nobody followed. Eighteen minutes on \
               foot to the checkpoint, officer friendly. Blood sugar low, better after juice. He counted \
               about two hundred people on his floors, most of them Thai and Indian.",
        lat: 13.66,
        lon: 102.55,
    }),
    reason: None,
    outcome: Some("Recovered without contact with the company. Statement taken; grandmother told."),
};

pub(super) static TWO_LIONS: DemoOperation = DemoOperation {
    organisation: 0,
    kind: "reconnaissance",
    title: "Two lions",
    state: "rejected",
    site: 0,
    cases: &[0, 16],
    starts_in_hours: 20,
    lasts_hours: 6,
    plan: DemoPlan {
        objective: "Find the gate that two people describe, and count the ways out.",
        approach: "A hired car passes the town twice in one afternoon with a camera behind the windscreen.",
        routes: "Myawaddy to Shwe Kokko by the river road and back.",
        communications: "Driver by phone.",
        abort_criteria: "The car is followed.",
        risks: &[risk("The driver is stopped with a camera", "high", "high", "None named")],
    },
    checklist: &[("Car", true), ("Driver's consent in writing", false)],
    gates: DemoGates::NONE,
    report: None,
    reason: Some(
        "The driver would carry all the risk for something that public pictures show. Come back with a plan \
         that needs no camera and no second pass.",
    ),
    outcome: None,
};

pub(super) static RECIPE: DemoOperation = DemoOperation {
    organisation: 0,
    kind: "welfare_check",
    title: "Recipe",
    state: "aborted",
    site: 2,
    cases: &[3],
    starts_in_hours: -10 * 24 - 8,
    lasts_hours: 3,
    plan: DemoPlan {
        objective: "Learn through a market woman whether a girl from Dawei still comes on the weekly \
                    shopping trip.",
        approach: "The market woman listens and does not ask. She knows no name.",
        routes: "Her own stall, her own day.",
        communications: "She tells her sister, the sister tells us.",
        abort_criteria: "Guards stay at the stall; soldiers in the market; she feels uneasy, without giving \
                         a reason.",
        risks: &[risk(
            "The market woman is suspected",
            "medium",
            "high",
            "No name, no photo, no money; she may stop at any time",
        )],
    },
    checklist: &[("She agreed after a night's thought", true), ("No papers on her", true)],
    gates: DemoGates {
        waivers: &[(
            "fresh_clues",
            "Nobody has heard of her for three weeks, and to learn more is what this is for. She asks nobody.",
        )],
        ..DemoGates::NONE
    },
    report: Some(DemoReport {
        text: "Shopping trip came with double guards. Six girls, none like the description, one coughed. Our \
               contact closed her stall at ten as agreed.",
        lat: 16.69,
        lon: 98.51,
    }),
    reason: Some(
        "Guards stayed at the stall: criterion met, stopped by the contact herself. Right decision.",
    ),
    outcome: None,
};

pub(super) static PAPER_FROG: DemoOperation = DemoOperation {
    organisation: 1,
    kind: "raid_support",
    title: "Paper frog",
    state: "completed",
    site: 12,
    cases: &[15],
    starts_in_hours: -151 * 24 - 12,
    lasts_hours: 30,
    plan: DemoPlan {
        objective: "Stand by when the authorities enter; find the young Vietnamese man; interpreter within \
                    the first hour.",
        approach: "Two interpreters and a social worker wait at the reception tent. We enter nothing and \
                   touch nothing.",
        routes: "From Angeles by the public road; shelter in the next town.",
        communications: "Liaison officer by radio; ours by phone.",
        abort_criteria: "We are asked to identify our source; cameras of the press inside the tent.",
        risks: &[
            risk(
                "The cook is recognised as the source",
                "medium",
                "high",
                "She leaves with all other workers, nobody greets her",
            ),
            risk(
                "He is held as an immigration offender",
                "medium",
                "high",
                "Embassy letter and screening form in hand",
            ),
        ],
    },
    checklist: &[("Embassy letter", true), ("Interpreter for Vietnamese", true), ("Shelter bed", true)],
    gates: DemoGates {
        receiving: Some(("shelter", "The house in the next town", true)),
        consents: &[DemoConsent {
            who: (15, 1),
            method: "written",
            message: 3,
            note: Some("On a paper that he gave to the cook: help, and his name."),
        }],
        waivers: &[
            ("fresh_clues", "The cook goes in every day; nothing has changed since she last wrote."),
            ("recent_contact", "He has no phone. The cook sees him at noon, and she has seen him this week."),
        ],
        ..DemoGates::NONE
    },
    report: Some(DemoReport {
        text: "Found at 07:40 on the second floor among thirty others, well enough to walk. Interpreter \
               spoke with him after twenty minutes. He asked first about the cook and was told only that she \
               is well.",
        lat: 15.27,
        lon: 120.57,
    }),
    reason: None,
    outcome: Some("In the shelter the same day, flown home twenty-nine days later."),
};

pub(super) static MIDDLE_OF_THE_BRIDGE: DemoOperation = DemoOperation {
    organisation: 1,
    kind: "handover",
    title: "Middle of the bridge",
    state: "completed",
    site: 8,
    cases: &[12],
    starts_in_hours: -57 * 24 - 7,
    lasts_hours: 6,
    plan: DemoPlan {
        objective: "Receive three Indian men at the bridge after the zone office lets them go.",
        approach: "Consular officer signs, we stand behind him. First a seat and water, questions tomorrow.",
        routes: "Bridge to the hospital, then the shelter.",
        communications: "One phone, held by the consular officer.",
        abort_criteria: "A fourth person unknown to us; a demand for a signature under a debt.",
        risks: &[risk(
            "A debt paper is put before them at the last moment",
            "medium",
            "medium",
            "They were told: sign nothing, the officer speaks",
        )],
    },
    checklist: &[
        ("Emergency certificates: three", true),
        ("Hospital informed", true),
        ("Vegetarian meals", true),
    ],
    gates: DemoGates {
        receiving: Some(("embassy", "The consular officer at the bridge", true)),
        documents: &[DemoDocument { who: (12, 0), document: "emergency certificate", state: "ready" }],
        consents: &[DemoConsent { who: (12, 0), method: "written", message: 8, note: None }],
        ..DemoGates::NONE
    },
    report: Some(DemoReport {
        text: "All three crossed within four minutes. One debt paper was offered and declined by the \
               officer. One man dehydrated, otherwise well.",
        lat: 20.35,
        lon: 100.08,
    }),
    reason: None,
    outcome: Some("Three men in the shelter; families told the same evening."),
};
