"""Tokenizes captions, one a line, with pycocoevalcap's PTBTokenizer (pycocoevalcap 1.2, Stanford CoreNLP 3.4.1).

It made ../fixtures/ptb-tokens.json from ../fixtures/captions.txt. The Java program looks past the end of a line: a
last word "B." loses its full stop where the next caption begins with "A", "The" and so on. So each caption is
followed here by one that begins otherwise.

usage: tokenize_captions.py CAPTIONS.txt > TOKENS.json
"""

import json
import sys

from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        captions = file.read().splitlines()
    numbered = {}
    for i, caption in enumerate(captions):
        numbered[2 * i] = [{"caption": caption}]
        numbered[2 * i + 1] = [{"caption": "separator"}]
    tokenized = PTBTokenizer().tokenize(numbered)
    json.dump([tokenized[2 * i][0].split() for i in range(len(captions))], sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
