"""What can go wrong when the stack starts: one line that explains, and a way out."""


class Stuck(Exception):
    """Starting or stopping can't go on.

    Args:
        problem: what is the matter, in one line.
        way_out: what the user can do.
    """

    def __init__(self, problem: str, way_out: str) -> None:
        super().__init__(f"{problem}. Way out: {way_out}.")
        self.problem = problem
        self.way_out = way_out
