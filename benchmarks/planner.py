"""How fast the planner proves, and how much better it plans than a patient hand and than other solvers.

    python benchmarks/planner.py [--quick] [--instances N] [--first SEED]

Needs no database. The instances are made from seeds (``planner_instances``); the objective is ``score`` throughout.
The other solvers are asked where they are installed: HiGHS (highspy), CP-SAT (ortools), conference-scheduler.
The last line is one JSON object.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import planner_rivals as rivals  # noqa: E402
from benchmarks.planner_instances import microconference  # noqa: E402
from topics.agenda.planner import agenda, graph  # noqa: E402
from topics.agenda.planner.problem import OPTIMAL  # noqa: E402
from topics.agenda.planner.score import score  # noqa: E402
from topics.agenda.planner.solve import plan  # noqa: E402


def timed(problem):
    """An answer with the seconds to the first agenda, to the best one, and to its proof, and those of the processor."""
    marks = []
    began, worked = time.perf_counter(), time.process_time()
    answer = plan(problem, on_better=lambda _value: marks.append(time.perf_counter() - began))
    seconds = time.perf_counter() - began
    worked = time.process_time() - worked
    return answer, marks[0] if marks else seconds, marks[-1] if marks else seconds, seconds, worked


def by_hand(problem):
    """What a patient hand plans: the most wanted topics first, each where it first fits in full."""
    network = graph.build(problem)
    return score(problem, agenda.items_of(network, agenda.by_hand(network)))


def half_days(seeds):
    """Thirty topics, a hundred people, twenty other microconferences, three and a half hours."""
    print("30 topics, 100 people, times they cannot, 20 other microconferences, order, 3.5 hours")
    print("seed  worth  by hand  ratio  first s  best s  proof s")
    rows = []
    for seed in seeds:
        problem = microconference(seed)
        answer, first, best, proof, worked = timed(problem)
        hand = by_hand(problem)
        rows.append((answer, first, best, proof, answer.value / hand, worked))
        shown = f"{proof:7.3f}" if answer.status == OPTIMAL else f"bound {answer.bound}"
        print(f"{seed:4}  {answer.value:5}  {hand:7}  {answer.value / hand:5.2f}  {first:7.3f} {best:7.3f}  {shown}")
    return {
        "mc_30_topics_first_s_median": round(median(row[1] for row in rows), 4),
        "mc_30_topics_best_s_median": round(median(row[2] for row in rows), 4),
        "mc_30_topics_proof_s_median": round(median(row[3] for row in rows), 4),
        "mc_30_topics_proof_s_slowest": round(max(row[3] for row in rows), 4),
        "mc_30_topics_proof_cpu_s_median": round(median(row[5] for row in rows), 4),
        "mc_30_topics_proven": f"{sum(row[0].status == OPTIMAL for row in rows)}/{len(rows)}",
        "vs_greedy": round(median(row[4] for row in rows), 3),
    }


def other_shapes(seeds):
    """Smaller and larger ones."""
    found = {}
    shapes = {
        "9_topics": {"topics": 9, "people": 40}, "60_topics": {"topics": 60, "people": 200},
        "full_day_40_topics": {"topics": 40, "minutes": 420},
    }  # fmt: skip
    for name, shape in shapes.items():
        answers = [timed(microconference(seed, **shape)) for seed in seeds]
        found[f"{name}_proof_s_median"] = round(median(answer[3] for answer in answers), 4)
        found[f"{name}_proven"] = f"{sum(answer[0].status == OPTIMAL for answer in answers)}/{len(answers)}"
        print(f"{name}: {found[f'{name}_proof_s_median']} s, proven {found[f'{name}_proven']}")
    return found


def against(name, rival, asked, seeds):
    """The same question to the planner and to another solver: seconds of both, and whether the values agree."""
    if not seeds:
        return {}
    ours, theirs, ratios, proven = [], [], [], 0
    for seed in seeds:
        problem = asked(microconference(seed))
        result = rival(problem)
        if result is None:
            print(f"{name}: not installed")
            return {}
        answer, _first, _best, seconds, _worked = timed(problem)
        ours.append(seconds)
        theirs.append(result[2])
        ratios.append(answer.value / result[0])
        proven += result[1]
    print(
        f"{name}: {median(theirs):.3f} s (slowest {max(theirs):.3f}, proven {proven}/{len(theirs)}), planner"
        f" {median(ours):.3f} s, its value over theirs {min(ratios):.4f} to {max(ratios):.4f}"
    )
    return {f"{name}_s_median": round(median(theirs), 3), f"planner_on_{name}_s_median": round(median(ours), 4),
            f"value_over_{name}_median": round(median(ratios), 4)}  # fmt: skip


def main():
    said = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    said.add_argument("--quick", action="store_true", help="the small part: five instances, no large shapes")
    said.add_argument("--instances", type=int, default=20)
    said.add_argument("--first", type=int, default=1, help="the first seed")
    said.add_argument("--rivals", type=int, help="instances that the other solvers are asked")
    options = said.parse_args()
    count = 5 if options.quick else options.instances
    seeds = range(options.first, options.first + count)
    few = seeds[: options.rivals if options.rivals is not None else (1 if options.quick else 5)]
    plan(microconference(0, topics=6, people=10))  # so that the first one is not charged for the imports
    result = half_days(seeds)
    if not options.quick:
        result |= other_shapes(seeds[:10])
    result |= against("highs", rivals.highs, rivals.without_staying, few)
    result |= against("cp_sat", rivals.cp_sat, rivals.without_staying, few)
    result |= against("conference_scheduler", rivals.conference_scheduler, rivals.for_slots, few)
    result |= {"seeds": [seeds[0], seeds[-1]], "cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
