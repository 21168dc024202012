def test_world_has_two_distributors(world, act_as):
    with act_as("manager") as viewer:
        assert viewer.distributor.slug == "first"
