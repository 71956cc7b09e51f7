//! Tests of whole plans.

pub mod sample;

use super::*;

fn planned(world: World) -> Plan {
    plan(&sample::tutorial().hir, &sample::repository(), world)
}

#[test]
fn the_pair_runs_one_after_the_other() {
    let plan = planned(World::Template);
    let positions: Vec<_> = plan.pipelines[0].positions.iter().map(|it| (it.stage, it.run_order)).collect();
    assert_eq!(positions, [(0, 1), (1, 1), (2, 1), (2, 2)]);
    assert!(plan.ran_before(PipelineId(0), ActionId(2), ActionId(3)));
}
