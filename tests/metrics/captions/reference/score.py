"""Scores tokenized captions with the reference implementations.

Made with pycocoevalcap 1.2, NLTK 3.10.4, numpy 2.4.6, Python 3.11. Nothing in the product or its tests runs it:
it made ../fixtures/scores.json, and bench/captions.ts times it when given --python.

usage: score.py SAMPLES.json [--wordnet DIRECTORY] [--runs N] > SCORES.json

SAMPLES.json is [{"candidate": [token, ...], "references": [[token, ...], ...]}, ...]. DIRECTORY holds WordNet's
database files with *.exc and lexnames; without it METEOR is left out. Of N runs the fastest is told.
"""

import argparse
import json
import sys
import time

from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge


def fastest(runs, score):
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        result = score()
        times.append(time.perf_counter() - started)
    return result, min(times)


def meteor(samples, directory, runs):
    import nltk
    from nltk.corpus.reader.wordnet import WordNetCorpusReader
    from nltk.translate.meteor_score import meteor_score

    nltk.data.path.append(directory)  # NLTK reads only below its data folders

    class WordNet(WordNetCorpusReader):
        def map_wn(self, version="wordnet"):
            return None  # the map to other versions' offsets is not used here and needs more data

    wordnet = WordNet(directory, None)
    wordnet.synsets("warm")
    return fastest(
        runs, lambda: [meteor_score(s["references"], s["candidate"], wordnet=wordnet) for s in samples]
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("samples")
    parser.add_argument("--wordnet")
    parser.add_argument("--runs", type=int, default=1)
    arguments = parser.parse_args()
    with open(arguments.samples, encoding="utf-8") as file:
        samples = json.load(file)
    references = {i: [" ".join(r) for r in s["references"]] for i, s in enumerate(samples)}
    candidates = {i: [" ".join(s["candidate"])] for i, s in enumerate(samples)}

    result = {"seconds": {}}
    for name, scorer in (("bleu", Bleu(4)), ("rougeL", Rouge()), ("cider", Cider())):
        options = {"verbose": 0} if name == "bleu" else {}
        (corpus, per_image), result["seconds"][name] = fastest(
            arguments.runs, lambda: scorer.compute_score(references, candidates, **options)
        )
        if name == "bleu":
            per_image = [list(map(float, scores)) for scores in per_image]
        else:
            corpus, per_image = float(corpus), list(map(float, per_image))
        result[name] = {"corpus": corpus, "perImage": per_image}
    if arguments.wordnet:
        scores, seconds = meteor(samples, arguments.wordnet, arguments.runs)
        result["seconds"]["meteor"] = seconds
        result["meteor"] = {"corpus": sum(scores) / len(scores), "perImage": scores}
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
