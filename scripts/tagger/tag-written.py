"""Tags sentences by a larger tagger, as scripts/tagger/written.txt was tagged before it was read and corrected.

    python tag-written.py EWT_FOLDER ENCODER_FOLDER SENTENCES > TAGGED

EWT_FOLDER has train.conllu.gz and dev.conllu.gz of UD English EWT, ENCODER_FOLDER a BERT encoder with its tokenizer
(MiniLM-L6-H384 as published in all-MiniLM-L6-v2), SENTENCES a sentence a line, its words between blanks. Prints `word,
tag, probability` a line, and an empty line after each sentence.

Needed once, by whoever adds sentences: neither `npm run train:tagger` nor the product calls it. It was run with Python
3.11, torch 2.15 and transformers 5.24 on two busy cores: 33 minutes to learn, then some 2,400 words a second on one of
them. It was tidied afterwards, and as it stands was run on 300 sentences only.

The encoder (22 million parameters, sees the whole sentence) is tuned whole on the part `train` and on
descriptions.conllu, to say the UD tag and, beside it, the Penn Treebank tag. It knows no capitals, so that the case of a
word is put in at both of its ends.
"""

import gzip
import random
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from transformers import AutoTokenizer, BertModel

TAGS = "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split()
SEED = 1
EPOCHS = 4
ENCODER_RATE, HEAD_RATE, WARM_UP = 2e-4, 1e-3, 200
LEARNED_AT_ONCE, TAGGED_AT_ONCE = 1200, 4000  # words
CASES, OUTSIDE = 7, 14


def read_conllu(path: Path) -> list[list[tuple[str, str, str]]]:
    """Sentences of (form, UD tag, Penn tag)."""
    sentences, words = [], []
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf8") as lines:
        for line in lines:
            columns = line.rstrip("\n").split("\t")
            if columns[0].isdigit():
                words.append((columns[1], columns[3], columns[4]))
            elif columns == [""] and words:
                sentences.append(words)
                words = []
    return sentences + ([words] if words else [])


def case_of(word: str, first: bool) -> int:
    """0 to 13: how a word is written, and whether it is the sentence's first."""
    if word.islower():
        case = 0
    elif word.isupper():
        case = 1 if len(word) > 1 else 2
    elif word.istitle():
        case = 3
    elif any(character.isdigit() for character in word):
        case = 4
    else:
        case = 5 if any(character.isalpha() for character in word) else 6
    return case + CASES * first


def encode(tokenizer, words: list[str]) -> tuple[list[int], list[int], list[int]]:
    """Word pieces, where each word begins in them, and the case of each piece's word."""
    pieces, starts, cases = [tokenizer.cls_token_id], [], [OUTSIDE]
    for i, word in enumerate(words):
        of_word = tokenizer.encode(word, add_special_tokens=False)[:12] or [tokenizer.unk_token_id]
        starts.append(len(pieces))
        pieces += of_word
        cases += [case_of(word, i == 0)] * len(of_word)
    return [*pieces, tokenizer.sep_token_id], starts, [*cases, OUTSIDE]


class LargeTagger(nn.Module):
    def __init__(self, encoder: str, penn_tags: int):
        super().__init__()
        self.bert = BertModel.from_pretrained(encoder, add_pooling_layer=False)
        width = self.bert.config.hidden_size
        self.case = nn.Embedding(OUTSIDE + 1, width)
        nn.init.zeros_(self.case.weight)
        self.late_case = nn.Embedding(OUTSIDE + 1, 32)
        self.drop = nn.Dropout(0.2)
        self.middle = nn.Linear(2 * width + 32, width)
        self.tag = nn.Linear(width, len(TAGS))
        self.penn_tag = nn.Linear(width, penn_tags)

    def forward(self, pieces, mask, cases, starts, is_word):
        """Logits of the tags and of the Penn tags: one row a word, sentence by sentence."""
        embedded = self.bert.embeddings.word_embeddings(pieces) + self.case(cases)
        seen = self.bert(inputs_embeds=embedded, attention_mask=mask, output_hidden_states=True)
        states = torch.cat([seen.last_hidden_state, seen.hidden_states[3], self.late_case(cases)], -1)
        of_words = states[torch.arange(len(pieces))[:, None], starts][is_word]
        hidden = self.drop(F.gelu(self.middle(self.drop(of_words))))
        return self.tag(hidden), self.penn_tag(hidden)


def batches(encoded, most: int, shuffle: bool) -> list[list[int]]:
    """Numbers of sentences of like length, `most` words or fewer together."""
    order = list(range(len(encoded)))
    if shuffle:
        random.shuffle(order)
    out = []
    for at in range(0, len(order), 2000):
        batch, longest = [], 0
        for i in sorted(order[at : at + 2000], key=lambda each: len(encoded[each][0])):
            longest = max(longest, len(encoded[i][0]))
            if batch and longest * (len(batch) + 1) > most:
                out.append(batch)
                batch, longest = [], len(encoded[i][0])
            batch.append(i)
        if batch:
            out.append(batch)
    if shuffle:
        random.shuffle(out)
    return out


def tensors(encoded, batch: list[int]):
    width = max(len(encoded[i][0]) for i in batch)
    words = max(len(encoded[i][1]) for i in batch)
    pieces = torch.zeros(len(batch), width, dtype=torch.long)
    mask = torch.zeros(len(batch), width, dtype=torch.long)
    cases = torch.full((len(batch), width), OUTSIDE)
    starts = torch.zeros(len(batch), words, dtype=torch.long)
    is_word = torch.zeros(len(batch), words, dtype=torch.bool)
    for row, i in enumerate(batch):
        of_sentence, begin, case = encoded[i]
        pieces[row, : len(of_sentence)] = torch.tensor(of_sentence)
        mask[row, : len(of_sentence)] = 1
        cases[row, : len(case)] = torch.tensor(case)
        starts[row, : len(begin)] = torch.tensor(begin)
        is_word[row, : len(begin)] = True
    return pieces, mask, cases, starts, is_word


def learn(model: LargeTagger, encoded, tags: list[list[int]], penn_tags: list[list[int]]) -> None:
    encoder = [value for name, value in model.named_parameters() if name.startswith("bert")]
    head = [value for name, value in model.named_parameters() if not name.startswith("bert")]
    groups = [{"params": encoder, "lr": ENCODER_RATE}, {"params": head, "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = EPOCHS * len(batches(encoded, LEARNED_AT_ONCE, False))
    rate = lambda step: min((step + 1) / WARM_UP, max(0.02, (steps - step) / (steps - WARM_UP)))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    model.train()
    for epoch in range(EPOCHS):
        for batch in batches(encoded, LEARNED_AT_ONCE, True):
            tag, penn_tag = model(*tensors(encoded, batch))
            right = torch.tensor([each for i in batch for each in tags[i]])
            right_penn = torch.tensor([each for i in batch for each in penn_tags[i]])
            loss = F.cross_entropy(tag, right, label_smoothing=0.03)
            loss = loss + 0.3 * F.cross_entropy(penn_tag, right_penn, ignore_index=-1)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        print(f"pass {epoch + 1} of {EPOCHS}: loss {loss.item():.4f}", file=sys.stderr)


def tag(model: LargeTagger, encoded) -> list[list[tuple[str, float]]]:
    """For each sentence the tag of each word with its probability."""
    model.eval()
    found: list = [None] * len(encoded)
    with torch.inference_mode():
        for batch in batches(encoded, TAGGED_AT_ONCE, False):
            best = model(*tensors(encoded, batch))[0].softmax(-1).max(-1)
            pairs = iter(zip((TAGS[i] for i in best.indices.tolist()), best.values.tolist()))
            for i in batch:
                found[i] = [next(pairs) for _ in encoded[i][1]]
    return found


def adjective_f1(sentences, found) -> float:
    right = wrong = missed = 0
    for words, tags in zip(sentences, found):
        for (_, gold, _), (said, _) in zip(words, tags):
            right += said == gold == "ADJ"
            wrong += said == "ADJ" != gold
            missed += gold == "ADJ" != said
    return 2 * right / (2 * right + wrong + missed)


def main() -> None:
    treebank, encoder, text = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    torch.manual_seed(SEED)
    random.seed(SEED)
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    train = read_conllu(treebank / "train.conllu.gz")
    dev = read_conllu(treebank / "dev.conllu.gz")
    learned = train + read_conllu(Path(__file__).with_name("descriptions.conllu"))
    penn = {name: i for i, name in enumerate(dict.fromkeys(word[2] for words in train for word in words))}
    encode_all = lambda sentences: [encode(tokenizer, [word[0] for word in words]) for words in sentences]
    model = LargeTagger(encoder, len(penn))
    learn(
        model,
        encode_all(learned),
        [[TAGS.index(word[1]) for word in words] for words in learned],
        [[penn.get(word[2], -1) for word in words] for words in learned],
    )
    print(f"ADJ F1 on dev: {adjective_f1(dev, tag(model, encode_all(dev))):.4f}", file=sys.stderr)
    sentences = [line.split(" ") for line in text.read_text(encoding="utf8").splitlines() if line]
    for words, tags in zip(sentences, tag(model, [encode(tokenizer, words) for words in sentences])):
        for word, (name, probability) in zip(words, tags):
            print(word, name, f"{probability:.2f}", sep="\t")
        print()


if __name__ == "__main__":
    main()
