"""How much there is of everything: size S, and L with a hundred times as much."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Size:
    """A data set by its size; the matrices of 350 x 130 and 5,000 x 300 are the same in all."""

    name: str
    factor: int

    @property
    def members(self) -> int:
        return 1_000 * self.factor

    @property
    def spaces(self) -> int:
        return 20 * self.factor

    @property
    def threads(self) -> int:
        return 2_000 * self.factor

    @property
    def posts(self) -> int:
        return 20_000 * self.factor

    @property
    def runs(self) -> int:
        """Runs of the course of 50 activities; a run has 500 learners, at most 5,000 seats."""
        return self.factor


SIZES = {"S": Size("S", 1), "L": Size("L", 100)}

LEARNERS = 500  # of a run of the course of 50 activities
COMPLETING = 700  # learners who have done nothing but what a page cannot stand for
EXTRA = 5_000  # accounts that fill the two large matrices only
WIDE = (350, 13)  # learners, modules of ten activities
HUGE = (5_000, 30)
VAST = (20, 40, 250)  # learners, modules, activities of each: 10,000, more than authors may
POSTS_A_PAGE = 20
MANY = 40  # spaces of one member, each with 50 people and 25 threads of 5 posts
WATCHING = 200  # of the network's members, one of its threads
LONG = 50_000  # posts of one thread, in the space of the vast course
