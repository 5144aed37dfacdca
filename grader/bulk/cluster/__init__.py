"""A class on several machines: Dask distributed carries the work, the one writer stays here. Prints nothing.

`engine` hands out what `deal` decides; in each Dask worker `station` holds the `desk`s at which programs are graded.
"""
