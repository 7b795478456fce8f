//! Each mutant, planted in `interceptor_test::laws` as a user would ask about a layer of his: the report has to name the law.

use std::sync::Arc;

use interceptor_core::{CallKind, Side};
use interceptor_test::{
    Case,
    laws::{Law, Laws, Report},
};

use crate::{cell::Net, laws, mutants::Mutant};

/// What is wrong, line by line. Prints how many were planted.
pub(crate) fn report(mutants: &[Mutant]) -> Vec<String> {
    let mut wrong = Vec::new();
    for subject in laws::ours() {
        let name = subject.name;
        let case = Case::new(CallKind::StreamStream, Side::Server);
        let report = run(Laws::of_way(Arc::new(subject)), case);
        // One that looks is not untouched.
        let mut broken = report.broken().into_iter();
        if broken.any(|it| it.law.id != "10" || !name.contains("looks")) {
            wrong.push(format!("what is whole is broken: {report}"));
        }
    }
    let (asked, others): (Vec<_>, Vec<_>) = mutants.iter().partition(|it| law_of(it).is_some());
    wrong.extend(asked.iter().filter_map(|it| rejection(it)));
    let names: Vec<_> = others.iter().map(|mutant| mutant.subject.name).collect();
    println!("\n{} mutants were planted in laws::check", asked.len());
    println!(
        "only what they are mutants of can tell: {}",
        names.join(", ")
    );
    wrong
}

fn run(laws: Laws, case: Case) -> Report {
    laws.on_ground(Arc::new(Net(None))).in_case(case).report()
}

/// The law that has to reject it, if it is one of any layer's, and not of what one module of the kit does.
fn law_of(mutant: &Mutant) -> Option<&'static str> {
    // With one frame on the wire, and with limits of messages, codes and ends change, which the first law sees.
    match mutant.law {
        "P4" | "P27" => Some("1"),
        law => Law::all().iter().any(|it| it.id == law).then_some(law),
    }
}

/// Why it is not rejected as it has to be, in one case in which it is broken.
fn rejection(mutant: &Mutant) -> Option<String> {
    let law = law_of(mutant)?;
    let name = mutant.subject.name;
    let mut cases = Case::all().filter(|case| (mutant.breaks)(case.kind(), case.side()));
    let Some(case) = cases.next() else {
        return Some(format!("the mutant {name} is broken nowhere"));
    };
    let report = run(Laws::of_way(Arc::new(mutant.subject.clone())), case);
    let text = report.to_string();
    let is_named = report.has_broken(law) && text.contains(&format!("law {law} ("));
    (!is_named || !text.starts_with(name))
        .then(|| format!("laws::check does not reject {name} by law {law}: {text}"))
}
