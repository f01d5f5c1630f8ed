"""The recording of a probe: what came, without anything that is a person's."""
