"""Words that column names are made of, in the languages files come in."""

from __future__ import annotations

import re

_TIME = (
    "date dates time datetime timestamp stamp ds day days month months year years week weeks quarter period epoch "
    "unix utc t ts dt dteday hour datum zeit zeitpunkt zeitstempel tag monat jahr woche quartal uhrzeit mois année "
    "annee an jour semaine trimestre heure horodatage dato fecha mes año data giorno mese anno 日期 时间 時間 日時 "
    "日付 年月 年份 月份 年度 年 月 日 周 季度 时刻 時刻 交易日期 年月日 统计时间 날짜 시간"
)
_TARGET = (
    "y value values target cnt count sales demand total amount qty quantity load consumption revenue price close "
    "passengers volume traffic ot 销量 销售额 销售量 销售 数量 值 数值 金额 收入 营业额 客流量 用电量 负荷 收盘价 "
    "收盘 產量 銷量 銷售額 銷售 數量 數值 金額 売上 売上高 販売数 数 値 wert menge umsatz absatz verkauf verkäufe "
    "anzahl betrag preis verbrauch last valeur ventes quantité montant prix ventas valor"
)
_CALENDAR = {
    "year": "year yr jahr année annee año anno 年 年份 年度 yyyy y",
    "month": "month mon mo mnth monat mois mes mese 月 月份 mm m",
    "day": "day dom dayofmonth tag jour día giorno 日 dd d dy",
    "hour": "hour hr hh hod h he hour_ending std stunde uhrzeit zeit heure hora ora time 时 時 小时 小時 时间 時間 时刻 時刻",
    "minute": "minute min mi minuten 分 分钟",
    "quarter": "quarter qtr quartal trimestre 季度 q",
    "week": "week wk woche semaine kw 周 週",
}
_FLAGS = "holiday weekday workday workingday season id"
_IDS = (
    "id ids unique_id uid series store shop item sku product station sensor meter device customer site location code "
    "region country city name key group dept department branch line route user account variable category type metric "
    "symbol ticker filiale artikel standort 门店 店铺 编号 商品 产品 地区 城市 站点 名称"
)
_COUNTERS = (
    "index idx no nr num number row rownum row_number rowid instant id n # obs observation lfd laufnummer step "
    "iteration 序号 编号 番号 行号"
)
_TIME_PART = re.compile("日期|时间|時間|日時|年月|date|zeitpunkt")
TIME_NAMES = frozenset(_TIME.split())
TARGET_NAMES = tuple(_TARGET.split())
CALENDAR = {part: tuple(words.split()) for part, words in _CALENDAR.items()}
FLAG_NAMES = frozenset(_FLAGS.split()).union(*CALENDAR.values())
COUNTER_NAMES = frozenset(_COUNTERS.split())
ID_NAMES = frozenset(_IDS.split())


def tokens(name: str) -> list[str]:
    """The words of a column name, in lower case."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    return [word for word in re.split(r"[\s_\-./()\[\]:（）#]+", spaced.lower()) if word]


def is_time_name(name: str) -> bool:
    """Whether a column is called something like a date or a time."""
    lower = name.strip().lower()
    return lower in TIME_NAMES or not TIME_NAMES.isdisjoint(tokens(name)) or _TIME_PART.search(lower) is not None
