"""The municipality's list of reasons: what the codes that acts put onto the chain mean."""
