"""What an advice changed in a store, measured against the stores that did not follow it, and what that says."""

from plugins.advice.methods.effect.comparison import Windows
from plugins.advice.methods.effect.judgement import Verdict, verdict
from plugins.advice.methods.effect.measurement import Effect, Minimum, Reason, TooLittle, effect
from plugins.advice.methods.effect.pooling import LEFT_OF_REGRESSION, Pooled, pool

__all__ = [
    "LEFT_OF_REGRESSION",
    "Effect",
    "Minimum",
    "Pooled",
    "Reason",
    "TooLittle",
    "Verdict",
    "Windows",
    "effect",
    "pool",
    "verdict",
]
