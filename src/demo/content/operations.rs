//! What the teams plan and do. What is over, or was refused, is in [`operations_past`].

use super::build::risk;
use super::{DemoConsent, DemoDocument, DemoGates, DemoOperation, DemoPlan, operations_past};

/// All operations. Cases name them by their place in this list.
pub static OPERATIONS: [&DemoOperation; 12] = [
    &BATIK_ORDER,
    &TEA_PARCEL,
    &FOOTBALL,
    &operations_past::CHAIN_428,
    &ROAD_UP_THE_HILL,
    &operations_past::TWO_LIONS,
    &FORTY_NAMES,
    &operations_past::RECIPE,
    &operations_past::PAPER_FROG,
    &operations_past::MIDDLE_OF_THE_BRIDGE,
    &ICE_ROUND,
    &TWO_OCLOCK,
];

static BATIK_ORDER: DemoOperation = DemoOperation {
    organisation: 0,
    kind: "extraction",
    title: "Batik order",
    state: "approved",
    site: 1,
    cases: &[2],
    starts_in_hours: 30,
    lasts_hours: 10,
    plan: DemoPlan {
        objective: "Receive two Indonesian men at the river and bring them to the Thai screening officers in \
                    Mae Sot.",
        approach: "Nobody of ours crosses the river. A local group brings them to the bank; we wait with the \
                   liaison officer on the Thai side and speak first with the men alone.",
        routes: "By the main road from Mae Sot to the agreed landing; back by the same road. Second way: the \
                 northern farm road, passable for high cars only.",
        communications: "Lead and liaison on the closed channel every 30 minutes; silence for 60 minutes \
                         means go home. One agreed word to the men, nothing else.",
        abort_criteria: "Strangers at the landing; armed people in sight; more than two persons to be \
                         brought; the duress word; no liaison officer present.",
        risks: &[
            risk(
                "The handing group asks for money at the bank",
                "medium",
                "medium",
                "Agreed beforehand that none is paid; the liaison officer speaks",
            ),
            risk("One man cannot walk", "medium", "medium", "A stretcher and a second carrier in the car"),
            risk(
                "The phone was read and the place is known",
                "low",
                "high",
                "Landing told to the group only three hours before; a look from afar first",
            ),
        ],
    },
    checklist: &[
        ("Travel letters for both men", true),
        ("Interpreter for Indonesian on call", true),
        ("Doctor informed: back injury", true),
        ("Halal meal in the car", false),
    ],
    gates: DemoGates {
        receiving: Some(("authority", "The screening officers in Mae Sot", true)),
        documents: &[DemoDocument { who: (2, 0), document: "travel letter", state: "applied" }],
        consents: &[DemoConsent { who: (2, 0), method: "written", message: 17, note: None }],
        ..DemoGates::NONE
    },
    report: None,
    reason: None,
    outcome: None,
};

static TEA_PARCEL: DemoOperation = DemoOperation {
    organisation: 0,
    kind: "handover",
    title: "Tea parcel",
    state: "approved",
    site: 3,
    cases: &[4],
    starts_in_hours: 54,
    lasts_hours: 8,
    plan: DemoPlan {
        objective: "Two Chinese men leave by the front gate with provincial officers and are handed to their \
                    consulate.",
        approach: "The officers call names from a list at the noon break. We are not at the gate; we take \
                   over at the provincial office, with interpreter and lawyer.",
        routes: "Provincial office to the motorway, then Phnom Penh; a hotel on the way in case of night.",
        communications: "Consulate, lawyer and lead in one group; one message at each of five points.",
        abort_criteria: "The list of names is not the one agreed; anyone asks for a payment; a man is \
                         missing and the others are told he has \"gone home\".",
        risks: &[
            risk(
                "The company moves people beforehand",
                "medium",
                "high",
                "Date known to four persons; sign of life on the day before",
            ),
            risk(
                "He is treated as an offender",
                "medium",
                "high",
                "Lawyer present from the first question; screening form ready",
            ),
        ],
    },
    checklist: &[
        ("Consulate has confirmed both identities", true),
        ("Lawyer named and travelling", true),
        ("Soft food and stomach tablets", true),
        ("Mother told only afterwards", true),
    ],
    gates: DemoGates {
        receiving: Some(("embassy", "The consular section in Phnom Penh", true)),
        documents: &[DemoDocument { who: (4, 0), document: "travel paper", state: "applied" }],
        consents: &[DemoConsent {
            who: (4, 0),
            method: "written",
            message: 21,
            note: Some("Asks to be told the time, and no more."),
        }],
        ..DemoGates::NONE
    },
    report: None,
    reason: None,
    outcome: None,
};

static FOOTBALL: DemoOperation = DemoOperation {
    organisation: 0,
    kind: "welfare_check",
    title: "Football for the centre",
    state: "in_progress",
    site: 13,
    cases: &[25],
    starts_in_hours: -2,
    lasts_hours: 6,
    plan: DemoPlan {
        objective: "See how the two Kenyan men are, bring medicine and the flight forms.",
        approach: "Announced visit in the afternoon by two colleagues, one of them a nurse.",
        routes: "On foot from the office.",
        communications: "Message on arrival and on leaving.",
        abort_criteria: "The centre asks us to leave; anyone photographs the residents.",
        risks: &[
            risk("Infection in the crowded hall", "medium", "low", "Masks; the nurse decides"),
            risk(
                "Others ask for help we cannot give",
                "high",
                "low",
                "Leaflets in six languages with the hotline",
            ),
        ],
    },
    checklist: &[
        ("Medicine", true),
        ("Flight forms", true),
        ("Football", true),
        ("Visit noted in the case", false),
    ],
    gates: DemoGates::NONE,
    report: None,
    reason: None,
    outcome: None,
};

static ROAD_UP_THE_HILL: DemoOperation = DemoOperation {
    organisation: 0,
    kind: "reconnaissance",
    title: "Road up the hill",
    state: "submitted",
    site: 6,
    cases: &[10, 30],
    starts_in_hours: 80,
    lasts_hours: 12,
    plan: DemoPlan {
        objective: "Learn whether the one road to O'Smach is open to ordinary traffic, and what the last \
                    public stop sees.",
        approach: "Two people of the local partner travel as traders by shared taxi, buy, eat and return. No \
                   photographs, no questions about buildings.",
        routes: "Samraong to O'Smach and back on the public road.",
        communications: "A message from Samraong before and after; none in between, the network there is not \
                         ours.",
        abort_criteria: "A checkpoint takes phones; fighting reported on the border; the driver is \
                         questioned.",
        risks: &[
            risk(
                "Border tension closes the road",
                "medium",
                "high",
                "Check the border news at six; go only on a calm day",
            ),
            risk(
                "Strangers are noticed in a small town",
                "medium",
                "medium",
                "Real goods, real errand, home by four",
            ),
        ],
    },
    checklist: &[
        ("Goods bought", true),
        ("Emergency contact in Samraong", true),
        ("Second approver named", false),
    ],
    gates: DemoGates::NONE,
    report: None,
    reason: None,
    outcome: None,
};

static FORTY_NAMES: DemoOperation = DemoOperation {
    organisation: 0,
    kind: "raid_support",
    title: "Forty names",
    state: "draft",
    site: 3,
    cases: &[28],
    starts_in_hours: 190,
    lasts_hours: 24,
    plan: DemoPlan {
        objective: "Be ready if the province inspects the building: receive, screen and shelter about forty \
                    Indonesians.",
        approach: "We take no part in the inspection. A reception line at a school hall: water, interpreter, \
                   doctor, screening, phone home.",
        routes: "Two buses from the building to the hall.",
        communications: "To be agreed with the province and the embassy.",
        abort_criteria: "To be written.",
        risks: &[risk(
            "Word of the inspection leaks",
            "high",
            "high",
            "No date in writing; the hall is booked for a training",
        )],
    },
    checklist: &[("Hall booked", false), ("Interpreters: four", false), ("Embassy staff on site", false)],
    gates: DemoGates::NONE,
    report: None,
    reason: None,
    outcome: None,
};

static ICE_ROUND: DemoOperation = DemoOperation {
    organisation: 1,
    kind: "reconnaissance",
    title: "Ice round",
    state: "draft",
    site: 3,
    cases: &[5],
    starts_in_hours: 240,
    lasts_hours: 4,
    plan: DemoPlan {
        objective: "Confirm from public ground what the ice seller describes, so that he need not go on \
                    telling.",
        approach: "To be written. Whatever it is, he takes no part and does not know the day.",
        routes: "Public road only.",
        communications: "To be written.",
        abort_criteria: "Any sign that the gate watches the road.",
        risks: &[risk(
            "The visit is traced back to the ice seller",
            "medium",
            "high",
            "Not on a day on which he delivers alone",
        )],
    },
    checklist: &[("Talk with the province first", false)],
    gates: DemoGates::NONE,
    report: None,
    reason: None,
    outcome: None,
};

static TWO_OCLOCK: DemoOperation = DemoOperation {
    organisation: 1,
    kind: "extraction",
    title: "Two o'clock appointment",
    state: "submitted",
    site: 3,
    cases: &[39],
    starts_in_hours: 46,
    lasts_hours: 9,
    plan: DemoPlan {
        objective: "The Thai man with the broken leg does not go back from the clinic: he is admitted, and \
                    his consul comes.",
        approach: "The doctor has agreed to admit him on medical grounds, which are true. Consul and lawyer \
                   arrive within the hour. The two minders are met by hospital staff, not by us.",
        routes: "Clinic to the provincial hospital by ambulance, then Phnom Penh when he may travel.",
        communications: "Doctor to lead: one word when he is inside. Lead to consul at once.",
        abort_criteria: "He comes with more than two minders; he says no; the doctor is not on duty.",
        risks: &[
            risk(
                "The minders take him away by force",
                "medium",
                "high",
                "Busy hour, waiting room full; abort before the door if there are more than two",
            ),
            risk(
                "The company troubles the doctor afterwards",
                "low",
                "high",
                "Referral is ordinary practice and in writing; the consul thanks the hospital, not the \
                 doctor",
            ),
        ],
    },
    checklist: &[
        ("Consul on call", true),
        ("Aspirin allergy told to the doctor", true),
        ("Ambulance paid", false),
    ],
    gates: DemoGates::NONE,
    report: None,
    reason: None,
    outcome: None,
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::{CASES, DemoOperation, SITES};
    use super::OPERATIONS;

    /// Whether somebody is on a case of an operation, as one of those who are to be brought out.
    fn is_on_it(operation: &DemoOperation) -> impl Fn((usize, usize)) {
        |(case, person)| {
            assert!(operation.cases.contains(&case), "{}", operation.title);
            assert_eq!(CASES[case].people[person].role, "victim", "{}", operation.title);
        }
    }

    fn set<'a>(values: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
        values.into_iter().collect()
    }

    #[test]
    fn operations_and_cases_name_each_other() {
        let kinds = ["reconnaissance", "extraction", "raid_support", "handover", "welfare_check"];
        assert_eq!(set(OPERATIONS.iter().map(|operation| operation.kind)), set(kinds));
        let states = ["draft", "submitted", "approved", "in_progress", "completed", "rejected", "aborted"];
        assert_eq!(set(OPERATIONS.iter().map(|operation| operation.state)), set(states));
        assert_eq!(OPERATIONS.iter().filter(|operation| operation.state == "approved").count(), 2);
        for (index, operation) in OPERATIONS.iter().enumerate() {
            assert!(operation.site < SITES.len() && !operation.cases.is_empty(), "{}", operation.title);
            for &case in operation.cases {
                assert_eq!(CASES[case].operation, Some(index), "{}", operation.title);
                assert_eq!(CASES[case].organisation, operation.organisation, "{}", operation.title);
            }
            let over = matches!(operation.state, "in_progress" | "completed" | "aborted");
            assert_eq!(over, operation.starts_in_hours < 0, "{}", operation.title);
            let stopped = matches!(operation.state, "rejected" | "aborted");
            assert_eq!(stopped, operation.reason.is_some(), "{}", operation.title);
            assert_eq!(operation.state == "completed", operation.outcome.is_some(), "{}", operation.title);
            operation.gates.documents.iter().map(|document| document.who).for_each(is_on_it(operation));
            operation.gates.consents.iter().map(|consent| consent.who).for_each(is_on_it(operation));
            for consent in operation.gates.consents {
                assert!(CASES[consent.who.0].thread[consent.message].inbound, "{}", operation.title);
            }
            let levels = set(["low", "medium", "high"]);
            for risk in operation.plan.risks {
                assert!(
                    levels.contains(risk.likelihood) && levels.contains(risk.severity),
                    "{}",
                    risk.hazard
                );
            }
        }
        for (index, case) in CASES.iter().enumerate() {
            let named = case.operation.is_none_or(|operation| OPERATIONS[operation].cases.contains(&index));
            assert!(named, "{}", case.summary);
        }
    }
}
