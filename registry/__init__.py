"""The Silver Registry: registers of the silver economy, kept by economic bureaus and open to everyone."""
