"""The kill test."""


def both_ways(letters, kills):
    return {}
