"""Events of a load, by their names. @spec loader.events"""


def publish(state, event):
    state.events.append(event)
