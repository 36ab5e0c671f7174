"""Made-up people: common names, so that nobody in particular is meant."""

from random import Random

FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = (  # noqa: SIM905, a list would take a page
    "伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀英 霞 平 刚 桂英 玉兰 建国 建华 国强 志强"
    " 秀兰 凤英 玉梅 桂兰 小红 海燕 晓东 文博 子涵 雨桐 思远 佳怡 浩然 欣怡 俊杰 雪梅 春梅 淑珍"
    " 淑芬 德明 宝山 永福 长生 金凤 红梅 立新 卫东 爱华 国庆 新民 学文"
).split()


def a_name(random: Random, family: str | None = None) -> str:
    return (family or random.choice(FAMILY)) + random.choice(GIVEN)
