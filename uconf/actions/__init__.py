"""What people do to conferences, microconferences, teams and people; one module for each."""
