"""Archives, listed and read within limits. Nothing is ever written to a path that an archive names.

Theory: contents go to memory, one submission at a time; the only file is a nameless temporary one, into which a
compressed tar is let out before it is listed. Bytes are counted as they come out, never believed from a header. A
student's own archive is refused as a whole at the first thing that an honest one does not hold; in the export of a
platform the same thing costs only the file that it is.
"""
