"""Stems words, one a line, with NLTK 3.10.4's PorterStemmer in its default mode.

usage: stem.py WORDS.txt > STEMS.json
"""

import json
import sys

from nltk.stem.porter import PorterStemmer

with open(sys.argv[1], encoding="utf-8") as file:
    words = file.read().split()
json.dump({word: PorterStemmer().stem(word) for word in words}, sys.stdout, indent=0)
