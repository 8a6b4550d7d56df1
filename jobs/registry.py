"""Every job: its name, and the module that `python -m` runs."""

JOBS = {
    "index-recipes": "jobs.index_recipes",
    "train-recommender": "jobs.train_recommender",
}
