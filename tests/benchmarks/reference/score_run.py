"""Calculates what a run of the recorded predictions comes to, outside the project.

Made with pycocoevalcap 1.2 (tokenizer in Java, BLEU, ROUGE-L, CIDEr-D), NLTK 3.10.4, numpy 2.4.6, Python 3.11.
Nothing in the product or its tests runs it: it made ../fixtures/recorded/outside.json.

usage: score_run.py VALUES.json --wordnet DIRECTORY > OUTSIDE.json

VALUES.json comes from dump-values.ts: the numbers of the measures that nothing else computes. DIRECTORY holds
WordNet 3.1's files with *.exc and lexnames. Intervals, paired permutation tests, Holm's adjustment and ranks are
numpy code that shares nothing with the project's: other random numbers, other sums.
"""

import argparse
import itertools
import json
import math
import pathlib
import sys

import numpy as np
from pycocoevalcap.bleu.bleu_scorer import BleuScorer
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge
from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

HERE = pathlib.Path(__file__).parent
FOLDER = HERE.parent / "fixtures" / "recorded"
NAMES = ["near", "nearer", "mixed", "short"]
RESAMPLES = 10_000
PERMUTATIONS = 100_000
HEADLINE = {
    "supportedPer100Words",
    "contradictedShare",
    "bleu4",
    "rougeL",
    "meteor",
    "cider",
    "spice",
    "bertscoreF1",
    "guidelinesKept",
    "describeMsMean",
}
GROUPS = ["in-domain", "near-domain", "out-domain"]


def load(name):
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def tokenize(texts):
    """Each text followed by one that begins otherwise: see tests/metrics/captions/reference/tokenize_captions.py."""
    numbered = {}
    for i, text in enumerate(texts):
        numbered[2 * i] = [{"caption": text}]
        numbered[2 * i + 1] = [{"caption": "separator"}]
    tokenized = PTBTokenizer().tokenize(numbered)
    return [tokenized[2 * i][0] for i in range(len(texts))]


def open_wordnet(directory):
    import nltk
    from nltk.corpus.reader.wordnet import WordNetCorpusReader

    nltk.data.path.append(directory)

    class WordNet(WordNetCorpusReader):
        def map_wn(self, version="wordnet"):
            return None

    return WordNet(directory, None)


def bleu_rows(references, candidates):
    """Columns of BLEU's sums, from pycocoevalcap's own counts."""
    scorer = BleuScorer(n=4)
    for r, c in zip(references, candidates):
        scorer += (c, r)
    rows = []
    for comps in scorer.ctest:
        ref = min((abs(length - comps["testlen"]), length) for length in comps["reflen"])[1]
        rows.append(comps["correct"] + comps["guess"] + [comps["testlen"], ref])
    return np.array(rows, dtype=float)


def bleu_of(n):
    def combine(sums, count):
        small, tiny = 1e-9, 1e-15
        product = 1.0
        for k in range(n):
            product = product * (sums[..., k] + tiny) / (sums[..., 4 + k] + small)
        score = product ** (1.0 / n)
        ratio = (sums[..., 8] + tiny) / (sums[..., 9] + small)
        return np.where(ratio < 1, score * np.exp(1 - 1 / np.minimum(ratio, 1)), score)

    return combine


def mean(sums, count):
    return sums[..., 0] / count


def percent(sums, count):
    return 100 * sums[..., 0] / sums[..., 1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("values")
    parser.add_argument("--wordnet", required=True)
    arguments = parser.parse_args()
    given = json.loads(pathlib.Path(arguments.values).read_text("utf-8"))
    from nltk.translate.meteor_score import meteor_score

    wordnet = open_wordnet(arguments.wordnet)
    items = load("items")
    flat = tokenize([r for item in items for r in item["references"]])
    references = [flat[4 * i : 4 * i + 4] for i in range(len(items))]
    by_id = {item["id"]: i for i, item in enumerate(items)}

    measures = {}  # contender -> key -> (items, rows, combine)
    groups = {}
    for name in NAMES:
        predictions = load(name)
        answered = np.array([by_id[p["image_id"]] for p in predictions])
        texts = tokenize([p["caption"] for p in predictions])
        all_texts = {i: [""] for i in range(len(items))}
        all_texts.update({int(i): [text] for i, text in zip(answered, texts)})
        all_references = dict(enumerate(references))
        own = {}
        rows = bleu_rows([references[i] for i in answered], texts)
        for n in range(1, 5):
            own[f"bleu{n}"] = (answered, rows, bleu_of(n))
        # Document frequencies of all images of the run.
        _, cider = Cider().compute_score(all_references, all_texts)
        own["cider"] = (answered, np.array(cider)[answered, None], mean)
        _, rouge = Rouge().compute_score(all_references, all_texts)
        own["rougeL"] = (answered, np.array(rouge)[answered, None], mean)
        meteor = [
            meteor_score([r.split() for r in references[i]], text.split(), wordnet=wordnet)
            for i, text in zip(answered, texts)
        ]
        own["meteor"] = (answered, np.array(meteor)[:, None], mean)
        for key, value in given["values"][name].items():
            rows = np.array(value["rows"]).reshape(-1, value["width"])
            own[key] = (np.array(value["items"]), rows, percent if value["width"] == 2 else mean)
        measures[name] = own
        groups[name] = {}
        for group in GROUPS:
            members = [i for i, item in enumerate(items) if item["group"] == group]
            _, of_group = Cider().compute_score(
                {i: references[i] for i in members}, {i: all_texts[i] for i in members}
            )
            kept = [s for i, s in zip(members, of_group) if i in set(answered.tolist())]
            mine = np.isin(answered, members)
            bleu = bleu_of(4)(bleu_rows([references[i] for i in answered[mine]], [t for t, m in zip(texts, mine) if m]).sum(0), 1)
            groups[name][group] = {"cider": float(np.mean(kept)), "bleu4": float(bleu)}

    random = np.random.default_rng(20261125)
    scores = {}
    for name in NAMES:
        scores[name] = {}
        for key, (which, rows, combine) in measures[name].items():
            count = len(which)
            weights = random.multinomial(count, np.full(count, 1 / count), size=RESAMPLES)
            resampled = combine(weights @ rows, count)
            low, high = np.quantile(resampled, [0.025, 0.975])
            scores[name][key] = {
                "score": float(combine(rows.sum(0), count)),
                "low": float(low),
                "high": float(high),
                "count": count,
            }

    tests = []
    for key, side in given["better"].items():
        if side == "neither":
            continue
        for a, b in itertools.combinations(NAMES, 2):
            if key not in measures[a] or key not in measures[b]:
                continue
            items_a, rows_a, combine = measures[a][key]
            items_b, rows_b, _ = measures[b][key]
            shared = np.intersect1d(items_a, items_b)
            rows_a = rows_a[np.searchsorted(items_a, shared)]
            rows_b = rows_b[np.searchsorted(items_b, shared)]
            n = len(shared)
            score = lambda left, right: combine(right, n) - combine(left, n)
            difference = float(score(rows_a.sum(0), rows_b.sum(0)))
            at_least = 0
            for _ in range(PERMUTATIONS // 5000):
                swap = random.integers(0, 2, size=(5000, n)).astype(float)
                moved = swap @ (rows_b - rows_a)
                swapped = score(rows_a.sum(0) + moved, rows_b.sum(0) - moved)
                at_least += int(np.sum(np.abs(swapped) >= abs(difference) * (1 - 1e-9) - 1e-12))
            weights = random.multinomial(n, np.full(n, 1 / n), size=RESAMPLES)
            low, high = np.quantile(score(weights @ rows_a, weights @ rows_b), [0.025, 0.975])
            tests.append({
                "measure": key, "a": a, "b": b, "difference": difference, "low": float(low), "high": float(high),
                "p": (at_least + 1) / (PERMUTATIONS + 1), "count": n,
            })  # fmt: skip

    # Holm 1979, over the headline measures and over all others.
    for is_headline in (True, False):
        family = [test for test in tests if (test["measure"] in HEADLINE) == is_headline]
        before = 0.0
        for rank, test in enumerate(sorted(family, key=lambda test: test["p"])):
            before = max(before, min(1.0, (len(family) - rank) * test["p"]))
            test["adjustedP"] = before
    ranks = {}
    for test in tests:
        place = ranks.setdefault(test["measure"], dict.fromkeys(NAMES, 1))
        if test["adjustedP"] < 0.05:
            higher, lower = (test["b"], test["a"]) if test["difference"] > 0 else (test["a"], test["b"])
            place[lower if given["better"][test["measure"]] == "higher" else higher] += 1
    assert all(math.isfinite(t["p"]) for t in tests)
    json.dump(
        {"resamples": RESAMPLES, "permutations": PERMUTATIONS, "scores": scores, "groups": groups, "tests": tests, "ranks": ranks},
        sys.stdout,
        indent=1,
    )


if __name__ == "__main__":
    main()
