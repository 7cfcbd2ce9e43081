//! `cargo bench -p speed`: every case; add a part of a name to pick some.

use assignor_core::assign::AssignorName;
use divan::Bencher;
use speed::groups::{Case, Spec};

fn main() {
    divan::main();
}

fn specs(assignor: AssignorName) -> impl Iterator<Item = Spec> {
    Spec::all().filter(move |spec| spec.assignor == assignor)
}

#[divan::bench(args = specs(AssignorName::Range))]
fn range(bencher: Bencher<'_, '_>, spec: Spec) {
    time(bencher, spec);
}

#[divan::bench(args = specs(AssignorName::RoundRobin))]
fn round_robin(bencher: Bencher<'_, '_>, spec: Spec) {
    time(bencher, spec);
}

#[divan::bench(args = specs(AssignorName::Sticky))]
fn sticky(bencher: Bencher<'_, '_>, spec: Spec) {
    time(bencher, spec);
}

#[divan::bench(args = specs(AssignorName::CooperativeSticky))]
fn cooperative_sticky(bencher: Bencher<'_, '_>, spec: Spec) {
    time(bencher, spec);
}

fn time(bencher: Bencher<'_, '_>, spec: Spec) {
    let case = Case::new(spec);
    bencher.bench_local(|| case.assign());
}
