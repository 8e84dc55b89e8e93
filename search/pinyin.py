"""Pinyin as text of one character per syllable, so that it is searched by the same pairs and phrases as Han text.

A name, its syllables and its initials are three strings of the same length: 重庆, <chong><qing>, <c><q>. Syllables and
initials are private-use code points, which folding keeps out of people's text. Only indexing needs `pypinyin` (57 MB);
a query in pinyin is Latin text and is read with the table below.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from search.text import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Container

_TABLE = """
    a ai an ang ao ba bai ban bang bao bei ben beng bi bian biang biao bie bin bing bo bong bu ca cai can cang cao
    ce cei cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui chun
    chuo ci cong cou cu cuan cui cun cuo da dai dan dang dao de dei den deng di dia dian diao die din ding diu dong
    dou du duan dui dun duo e ei en eng er fa fan fang fei fen feng fiao fo fou fu ga gai gan gang gao ge gei gen
    geng gong gou gu gua guai guan guang gui gun guo ha hai han hang hao he hei hen heng hong hou hu hua huai huan
    huang hui hun huo ji jia jian jiang jiao jie jin jing jiong jiu ju juan jue jun ka kai kan kang kao ke kei ken
    keng kong kou ku kua kuai kuan kuang kui kun kuo la lai lan lang lao le lei len leng li lia lian liang liao lie
    lin ling liu lo long lou lu luan lun luo lv lve ma mai man mang mao me mei men meng mi mian miao mie min ming
    miu mo mou mu na nai nan nang nao ne nei nen neng ni nia nian niang niao nie nin ning niu nong nou nu nuan nun
    nuo nv nve o ou pa pai pan pang pao pei pen peng pi pian piao pie pin ping po pou pu qi qia qian qiang qiao qie
    qin qing qiong qiu qu quan que qun ran rang rao re ren reng ri rong rou ru rua ruan rui run ruo sa sai san sang
    sao se sen seng sha shai shan shang shao she shei shen sheng shi shou shu shua shuai shuan shuang shui shun shuo
    si song sou su suan sui sun suo ta tai tan tang tao te tei teng ti tian tiao tie ting tong tou tu tuan tui tun
    tuo wa wai wan wang wei wen weng wo wong wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan
    yang yao ye yi yin ying yo yong you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao
    zhe zhei zhen zheng zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo
"""

SYLLABLES = tuple(_TABLE.split())
"""Every syllable of Mandarin without tone, in order. A change in it is a new schema version: the places are indexed."""

_CHARACTER = {syllable: chr(0xE000 + i) for i, syllable in enumerate(SYLLABLES)}
_INITIAL = 0xE800
_INITIALS = {c: chr(_INITIAL + ord(c)) for c in "abcdefghijklmnopqrstuvwxyz0123456789"}
_TO_INITIALS = str.maketrans(_INITIALS | {c: _INITIALS[s[0]] for s, c in _CHARACTER.items()})

_PLACE = {c: i for i, c in enumerate(["\0", *"0123456789abcdefghijklmnopqrstuvwxyz", *_CHARACTER.values()])}
"""Where a character sorts: 9 bits; what is neither Latin nor a known syllable comes last."""

MOST_READINGS = 32
"""Readings of one Latin word that are tried: fangan is fang'an and fan'gan."""

LONGEST = 60
"""Latin words longer than this are not read as pinyin."""


@cache
def _dictionary() -> tuple[Callable[[str], list[str]], Container[str]]:
    """pypinyin's reader and its phrases; loaded at first use, and only ever by a process that indexes."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415  (lazy: see above)
    from pypinyin.constants import PHRASES_DICT  # noqa: PLC0415

    return lazy_pinyin, PHRASES_DICT


@lru_cache(maxsize=65536)
def _syllable(character: str) -> str:
    """One Han character as its commonest syllable; anything else stays itself."""
    lazy_pinyin, _ = _dictionary()
    return _CHARACTER.get("".join(lazy_pinyin(character)), character)


@lru_cache(maxsize=65536)
def _word(word: str) -> str:
    """A word's syllables. Words of the dictionary decide between readings: 重庆 is chong qing, 重点 zhong dian."""
    lazy_pinyin, phrases = _dictionary()
    if len(word) > 2 or word in phrases:
        read = lazy_pinyin(word)
        if len(read) == len(word):
            return "".join(_CHARACTER.get(s, c) for s, c in zip(read, word, strict=True))
    return "".join(map(_syllable, word))


def syllables(folded: str) -> str:
    """The syllables of folded text, one character each; letters and digits stay."""
    if folded.isascii():
        return folded
    return "".join([word if word.isascii() else _word(word) for word in cut(folded)])


def initials(syllables_: str) -> str:
    """The initials of syllables, or of Latin letters: both <chong><qing> and "cq" give <c><q>."""
    return syllables_.translate(_TO_INITIALS)


@cache
def _from(beginning: str) -> tuple[str, ...]:
    """The syllables (as characters) that begin so, the exact one first."""
    start = bisect_left(SYLLABLES, beginning)
    return tuple(_CHARACTER[s] for s in SYLLABLES[start : start + 40] if s.startswith(beginning))


def _endings(letters: str, *, unfinished: bool) -> tuple[str, ...]:
    """Syllables that the last piece of a word may stand for."""
    if unfinished:
        return _from(letters)
    return (_CHARACTER[letters],) if letters in _CHARACTER else ()


def readings(word: str, *, unfinished: bool) -> list[str]:
    """Latin letters as strings of syllables: "yinl" -> <yin><la>, <yin><lai>, … when the last may be unfinished.

    Works from the end, keeping at most `MOST_READINGS` for each rest, so the cost is linear in the word's length.
    """
    if not (word.isascii() and word.isalpha() and 2 <= len(word) <= LONGEST):
        return []
    rests: list[list[str]] = [[] for _ in range(len(word) + 6)]
    for start in range(len(word) - 1, -1, -1):
        found = list(_endings(word[start:], unfinished=unfinished))
        for length in range(6, 0, -1):
            first = _CHARACTER.get(word[start : start + length])
            if first and start + length < len(word):
                found += [first + rest for rest in rests[start + length]]
        rests[start] = found[:MOST_READINGS]
    return rests[0]


def query_initials(word: str) -> str:
    """Letters and digits as initials, or "" where the word cannot be initials."""
    return initials(word) if word.isascii() and word.isalnum() and len(word) >= 2 else ""


def order_key(syllables_: str) -> int:
    """A number that sorts titles by the pinyin of their first seven characters; digits and Latin come first."""
    key = 0
    for c in f"{syllables_[:7]:\0<7}":
        key = key << 9 | _PLACE.get(c, 511)
    return key
