"""Scores captions with bert_score 0.3.13 (torch 2.15.0, transformers 5.24.0, Python 3.11).

It made ../fixtures/bertscore.json from ../fixtures/tiny-bert/.

usage: bertscore.py MODEL_FOLDER CAPTIONS.json > SCORES.json

CAPTIONS.json is [{"candidate": text, "references": [text, ...]}, ...].
"""

import json
import sys

import bert_score.utils
from bert_score import BERTScorer
from transformers import AutoConfig


def encode(tokenizer, sentence):
    # bert_score 0.3.13 calls a method that transformers 5 no longer has for an empty text.
    return tokenizer.encode(sentence.strip(), add_special_tokens=True, max_length=min(tokenizer.model_max_length, 512), truncation=True)


def main():
    folder, captions = sys.argv[1:]
    bert_score.utils.sent_encode = encode
    with open(captions, encoding="utf-8") as file:
        samples = json.load(file)
    candidates = [s["candidate"] for s in samples]
    references = [s["references"] for s in samples]
    layers = AutoConfig.from_pretrained(folder).num_hidden_layers
    result = {}
    for layer in (layers, layers - 1):
        for idf in (False, True):
            sentences = [r for rs in references for r in rs]
            scorer = BERTScorer(model_type=folder, num_layers=layer, idf=idf, idf_sents=sentences, device="cpu")
            # One pair at a time: in a padded batch bert_score takes a token's best cosine to be 0 where all its
            # cosines are negative, so that a score depends on what else is in the batch.
            scores = scorer.score(candidates, references, batch_size=1)
            result[f"layer {layer}{' idf' if idf else ''}"] = dict(zip(("precision", "recall", "f1"), (s.tolist() for s in scores)))
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
