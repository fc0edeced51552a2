"""The spelling of Vietnamese syllables: which letters can form one, and where its tone mark stands."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

TONES = "\u0300\u0301\u0303\u0309\u0323"
_VOWELS = "aăâeêioôơuưy"
_MARKED = "ăâêôơư"
_ONSET = "ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnpqrstvx]"
_RHYME_LIST = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
    yêm yên yêng yêt yêu y ych yt ynh yp yn ya o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt
    oc oe oen oeo oet oi om on ong oong ooc op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh uêu ui um un ung uôc uôi uôm uôn uông uôt up ut
    uy uya uych uyên uyêt uyn uynh uyp uyt uyu uơ
    ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu uao uai uan uat uang uanh ue uen ueo uet
"""
_RHYMES = frozenset(_RHYME_LIST.split())
_TONED_CONSONANT = re.compile(rf"[^aeiouy\u0302\u0306\u031b][{TONES}]")
_STOPS = ("c", "ch", "p", "t")
_NEWER = re.compile(r"(?<!q)(?:oa|oe|uy)$")
_SYLLABLE = re.compile(rf"(?P<onset>{_ONSET})?(?P<rhyme>[{_VOWELS}].*)")


def without_tone(word: str) -> tuple[str, str]:
    """The lower-case word without its tone marks (ă, â, đ and so on stay), and the marks in their order."""
    letters = unicodedata.normalize("NFD", word.lower())
    tones = "".join(letter for letter in letters if letter in TONES)
    return unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in TONES)), tones


@lru_cache(maxsize=50_000)
def is_syllable(word: str) -> bool:
    """Whether the word can be a Vietnamese syllable, and is written in lower case, capitals, or with one capital."""
    if not (word.islower() or word.isupper() or (word[:1].isupper() and (len(word) == 1 or word[1:].islower()))):
        return False
    plain, tones = without_tone(word)
    if len(tones) > 1 or _TONED_CONSONANT.search(unicodedata.normalize("NFD", word.lower())):
        return False
    return any(_is_rhyme(rhyme, tones) for rhyme in _rhymes(plain))


def is_tone_placed(word: str) -> bool:
    """Whether the tone mark of a syllable stands on the vowel of the older or the newer convention."""
    word = word.lower()
    plain, tones = without_tone(word)
    composed = unicodedata.normalize("NFC", word)
    is_new = bool(tones) and _NEWER.search(plain) is not None
    return composed == with_tone_placed(word) or (is_new and composed == unicodedata.normalize("NFC", plain + tones))


def _rhymes(plain: str) -> list[str]:
    found = _SYLLABLE.fullmatch(plain)
    rhymes = [found["rhyme"]] if found else []
    if plain.startswith("gi"):
        rhymes.append(plain[1:])
    return rhymes


def _is_rhyme(rhyme: str, tone: str) -> bool:
    coda = rhyme.lstrip(_VOWELS)
    return rhyme in _RHYMES and (coda not in _STOPS or tone in ("\u0301", "\u0323", ""))


@lru_cache(maxsize=50_000)
def with_tone_placed(word: str) -> str:
    """The lower-case word with its single tone mark on the vowel of the older convention: hoà and hòa give hòa.

    Also mends marks that were typed one vowel too early (trừơng, hòan, qúy). A word that is no single syllable stays.
    """
    plain, tones = without_tone(word)
    if len(tones) != 1:
        return word.lower()
    clusters = list(re.finditer(rf"[{_VOWELS}]+", plain))
    start = _nucleus_start(plain)
    if len(clusters) != 1 or start is None:
        return word.lower()
    end = clusters[0].end()
    at = start + _toned(plain[start:end], has_coda=end < len(plain))
    return unicodedata.normalize("NFC", plain[: at + 1] + tones + plain[at + 1 :])


def _nucleus_start(plain: str) -> int | None:
    first = re.search(rf"[{_VOWELS}]", plain)
    if first is None:
        return None
    is_glide = plain[:2] in ("qu", "gi") and plain[2:3] and plain[2:3] in _VOWELS
    return 2 if is_glide else first.start()


def _toned(nucleus: str, *, has_coda: bool) -> int:
    marked = [index for index, letter in enumerate(nucleus) if letter in _MARKED]
    if marked:
        return marked[-1]
    if len(nucleus) == 1:
        return 0
    return 1 if has_coda or len(nucleus) > 2 else 0
