from chassis.start import all_of_it_stays

with all_of_it_stays():
    from campaigns.app import create_app
    from campaigns.settings import CampaignsSettings
    from chassis.cli import main

if __name__ == "__main__":
    main(create_app, CampaignsSettings)
