"""What a study says: differences, the verdict, who blocks, what it cost. Knows nothing of how the
runs were made.
"""

from winset.insight.checks import Checked, stated_against_computed
from winset.insight.compare import Difference, more_likely_than_not, p_best, paired
from winset.insight.cost import Cost, cut_short, human_cost
from winset.insight.inputs import Inputs, count_inputs
from winset.insight.measures import About, about, known_measures, objectives
from winset.insight.regret import Regret, regrets
from winset.insight.sentences import three_sentences
from winset.insight.verdict import Verdict, judge, rows
from winset.insight.why import Edge, WhyNot, at_home_words, at_the_edges, why_not

__all__ = [
    "About",
    "Checked",
    "Cost",
    "Difference",
    "Edge",
    "Inputs",
    "Regret",
    "Verdict",
    "WhyNot",
    "about",
    "at_home_words",
    "at_the_edges",
    "count_inputs",
    "cut_short",
    "human_cost",
    "judge",
    "known_measures",
    "more_likely_than_not",
    "objectives",
    "p_best",
    "paired",
    "regrets",
    "rows",
    "stated_against_computed",
    "three_sentences",
    "why_not",
]
